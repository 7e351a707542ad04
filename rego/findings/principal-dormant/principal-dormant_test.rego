package lapse.rules["principal-dormant_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["principal-dormant"] as rule

# 2026-03-01 less 180 days.
_edge := "2025-09-02T00:00:00Z"

_used(who, at) := object.union(who, {"usage": samples.usage({"lastUsedAt": at})})

_key_used(at) := samples.key({"usage": samples.usage({"lastUsedAt": at})})

test_hit if {
	some found in rule.finding with input as samples.about(_used(samples.role, "2025-03-01T00:00:00Z"), {})
	found.subject == samples.role.id
	found.detail == {"principal": "deployer", "days": 365}
	found.evidence[0].location.path == "export.json"
	found.evidence[1].value == "2025-03-01T00:00:00Z"
}

test_hit_when_never_used if {
	some found in rule.finding with input as samples.about(
		object.union(samples.role, {"createdAt": "2025-03-01T00:00:00Z", "usage": samples.usage({"never": true})}),
		{},
	)
	found.detail.days == 365
	found.evidence[1].value == "never"
}

test_threshold_edge if {
	count(rule.finding) == 1 with input as samples.about(_used(samples.role, _edge), {})
	count(rule.finding) == 0 with input as samples.about(_used(samples.role, "2025-09-02T00:00:01Z"), {})
}

test_newest_use_decides if {
	who := _used(samples.user, _edge)
	count(rule.finding) == 0 with input as samples.about(who, {"credentials": [_key_used(samples.now)]})
	count(rule.finding) == 1 with input as samples.about(who, {"credentials": [_key_used(_edge)]})
}

test_a_dead_key_says_nothing if {
	count(rule.finding) == 1 with input as samples.about(
		_used(samples.user, _edge),
		{"credentials": [samples.key({"status": "inactive"})]},
	)
}

test_unknown_use_of_one_key_is_no_finding if {
	count(rule.finding) == 0 with input as samples.about(_used(samples.user, _edge), {"credentials": [samples.key({})]})
}

test_unknown_use_is_no_finding if {
	count(rule.finding) == 0 with input as samples.about(samples.role, {})
	count(rule.finding) == 0 with input as samples.about(object.union(samples.role, {"usage": samples.usage({})}), {})
}

test_unknown_use_of_a_password_is_no_finding if {
	who := object.union(samples.user, {"attributes": {"password_enabled": true}})
	count(rule.finding) == 0 with input as samples.about(who, {"credentials": [_key_used(_edge)]})
}

test_not_when_disabled if {
	count(rule.finding) == 0 with input as samples.about(object.union(_used(samples.role, _edge), {"enabled": false}), {})
}

test_not_when_service_linked if {
	who := object.union(_used(samples.role, _edge), {"attributes": {"service_linked": true}})
	count(rule.finding) == 0 with input as samples.about(who, {})
}

test_not_for_root if count(rule.finding) == 0 with input as samples.about(_used(samples.root, _edge), {})

test_not_for_a_group if count(rule.finding) == 0 with input as samples.about(_used(samples.aws_group, _edge), {})
