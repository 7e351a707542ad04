package lapse.rules["gcp-hmac-key_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["gcp-hmac-key"] as rule

_account := object.union(
	samples.principal("gcp", "service-account", "ci@shop.iam.gserviceaccount.com", "ci@shop.iam.gserviceaccount.com"),
	{"scope": ["shop-prod"]},
)

_key(over) := samples.key(object.union(
	{
		"id": "gcp:hmac-key:GOOG1EXAMPLE0001",
		"platform": "gcp",
		"kind": "hmac-key",
		"nativeId": "GOOG1EXAMPLE0001",
	},
	over,
))

_has(over) := samples.about(_account, {"credentials": [_key(over)]})

test_hit if {
	some found in rule.finding with input as _has({})
	found == {
		"id": "gcp-hmac-key",
		"subject": "gcp:hmac-key:GOOG1EXAMPLE0001",
		"case": "default",
		"detail": {"credential": "GOOG…0001", "principal": "ci@shop.iam.gserviceaccount.com"},
		"evidence": [{
			"fact": "status",
			"value": "active",
			"location": {"path": "keys.json", "line": 7},
		}],
	}
}

test_privileged_case if {
	some found in rule.finding with input as object.union(_has({}), {"paths": [samples.path("yes")]})
	found.case == "privileged"
}

# A state that the export leaves out is no reason to say nothing: the key is there.
test_unknown_state_counts if count(rule.finding) == 1 with input as _has({"status": "unknown"})

test_not_when_inactive if count(rule.finding) == 0 with input as _has({"status": "inactive"})

test_not_for_another_kind if count(rule.finding) == 0 with input as _has({"kind": "service-account-key"})

test_not_on_other_platforms if {
	count(rule.finding) == 0 with input as samples.about(samples.user, {"credentials": [_key({})]})
}

test_not_for_a_secret if count(rule.finding) == 0 with input as samples.about_secret({}, {"principal": _account})
