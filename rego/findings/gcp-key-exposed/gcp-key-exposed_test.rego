package lapse.rules["gcp-key-exposed_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["gcp-key-exposed"] as rule

_account := object.union(
	samples.principal("gcp", "service-account", "ci@shop.iam.gserviceaccount.com", "ci@shop.iam.gserviceaccount.com"),
	{"scope": ["shop-prod"]},
)

_key(over) := samples.key(object.union(
	{
		"id": "gcp:service-account-key:0123456789abcdef0123",
		"platform": "gcp",
		"kind": "service-account-key",
		"nativeId": "0123456789abcdef0123",
		"attributes": {"extended_status": ["SERVICE_ACCOUNT_KEY_EXTENDED_STATUS_KEY_EXPOSED"], "exposed": true},
	},
	over,
))

_has(over) := samples.about(_account, {"credentials": [_key(over)]})

test_hit if {
	some found in rule.finding with input as _has({})
	found == {
		"id": "gcp-key-exposed",
		"subject": "gcp:service-account-key:0123456789abcdef0123",
		"case": "default",
		"detail": {
			"credential": "0123…0123",
			"principal": "ci@shop.iam.gserviceaccount.com",
			"states": "SERVICE_ACCOUNT_KEY_EXTENDED_STATUS_KEY_EXPOSED",
		},
		"evidence": [{
			"fact": "extended status",
			"value": ["SERVICE_ACCOUNT_KEY_EXTENDED_STATUS_KEY_EXPOSED"],
			"location": {"path": "keys.json", "line": 7},
		}],
	}
}

test_disabled_is_a_case_of_its_own if {
	some found in rule.finding with input as _has({"status": "inactive"})
	found.case == "dead"
}

# There are states that say nothing of the kind.
test_not_for_other_states if {
	count(rule.finding) == 0 with input as _has({"attributes": {"extended_status": ["OTHER"], "exposed": false}})
}

test_unknown_state_is_no_finding if {
	blank := object.remove(_key({}), ["attributes"])
	count(rule.finding) == 0 with input as samples.about(_account, {"credentials": [blank]})
}

test_not_for_another_kind if count(rule.finding) == 0 with input as _has({"kind": "hmac-key"})

test_not_on_other_platforms if {
	count(rule.finding) == 0 with input as samples.about(samples.user, {"credentials": [_key({})]})
}

test_not_for_a_secret if count(rule.finding) == 0 with input as samples.about_secret({}, {"principal": _account})
