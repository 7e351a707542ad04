package lapse.rules["gcp-binding-to-deleted_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["gcp-binding-to-deleted"] as rule

_gone(attributes) := object.union(
	samples.principal("gcp", "service-account", "ci@shop.iam.gserviceaccount.com?uid=1", "ci (deleted)"),
	{"enabled": false, "attributes": attributes},
)

_binding := samples.grant({"platform": "gcp", "actions": ["role:roles/viewer"], "resources": ["projects/shop"]})

test_hit if {
	some found in rule.finding with input as samples.about(_gone({"deleted": true}), {"grants": [_binding]})
	found == {
		"id": "gcp-binding-to-deleted",
		"subject": "gcp:service-account:ci@shop.iam.gserviceaccount.com?uid=1",
		"detail": {"principal": "ci (deleted)", "roles": ["roles/viewer"]},
		"evidence": [{
			"fact": "bound to",
			"value": ["role:roles/viewer"],
			"location": {"path": "export.json", "line": 42},
		}],
	}
}

# An account that is only disabled comes back with everything: that is no leftover of a policy.
test_not_when_only_disabled if {
	count(rule.finding) == 0 with input as samples.about(_gone({}), {"grants": [_binding]})
}

test_not_without_bindings if count(rule.finding) == 0 with input as samples.about(_gone({"deleted": true}), {})

test_not_on_other_platforms if count(rule.finding) == 0 with input as samples.about(samples.user, {})

test_not_for_a_secret if count(rule.finding) == 0 with input as samples.about_secret({}, {})
