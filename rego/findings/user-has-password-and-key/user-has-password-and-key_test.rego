package lapse.rules["user-has-password-and-key_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["user-has-password-and-key"] as rule

_with_password := object.union(samples.user, {"attributes": {"password_enabled": true}})

test_hit_by_attribute if {
	some found in rule.finding with input as samples.about(_with_password, {"credentials": [samples.key({})]})
	found.subject == samples.user.id
	found.detail == {"principal": "ci-deploy"}
	found.evidence[0].location.path == "export.json"
	found.evidence[1].value == "AKIA…LE01"
}

test_hit_by_credential if {
	count(rule.finding) == 1 with input as samples.about(samples.user, {"credentials": [
		samples.key({}),
		samples.key({"id": "p", "kind": "console-password"}),
	]})
}

test_not_without_key if count(rule.finding) == 0 with input as samples.about(_with_password, {})

test_not_with_an_inactive_key if {
	key := samples.key({"status": "inactive"})
	count(rule.finding) == 0 with input as samples.about(_with_password, {"credentials": [key]})
}

test_not_with_an_unused_password if {
	count(rule.finding) == 0 with input as samples.about(samples.user, {"credentials": [
		samples.key({}),
		samples.key({"id": "p", "kind": "console-password", "status": "inactive"}),
	]})
}

test_unknown_password_is_no_finding if {
	count(rule.finding) == 0 with input as samples.about(samples.user, {"credentials": [samples.key({})]})
}

test_not_for_root if {
	count(rule.finding) == 0 with input as samples.about(
		object.union(samples.root, {"attributes": {"password_enabled": true}}),
		{"credentials": [samples.key({})]},
	)
}
