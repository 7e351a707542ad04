package lapse.rules["third-party-trust-privileged_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["third-party-trust-privileged"] as rule

_other := {"kind": "account", "value": "999988887777"}

_input(trust, over) := samples.about(samples.role, object.union(
	{"trusts_in": [samples.trust(object.union({"subject": _other}, trust))], "effective": samples.effective({"admin": "yes"})},
	over,
))

test_hit if {
	some found in rule.finding with input as _input({"condition": {"StringEquals": {"sts:ExternalId": "x"}}}, {})
	found.case == "default"
	found.detail == {
		"principal": "deployer",
		"accounts": ["999988887777"],
		"reach": "is an administrator",
		"proviso": "",
	}
	named := {"kind": "principal", "id": "aws:role:arn:aws:iam::999988887777:role/scanner"}
	count(rule.finding) == 1 with input as _input({"subject": named}, {})
}

test_hit_by_a_path if {
	some found in rule.finding with input as _input({}, {
		"effective": samples.effective({}),
		"paths": [samples.path(samples.maybe)],
	})
	found.case == "conditional"
	found.detail.reach == "can become an administrator in one step"
}

# Accounts of one's own are no third party, nor is the account of the role itself.
test_near_misses if {
	count(rule.finding) == 0 with input as _input({}, {}) with data.lapse.known_accounts as {"999988887777": "ours"}
	count(rule.finding) == 0 with input as _input({"subject": {"kind": "account", "value": "111122223333"}}, {})
	count(rule.finding) == 0 with input as _input({}, {"effective": samples.effective({})})
	count(rule.finding) == 0 with input as _input({"effect": "deny"}, {})
	count(rule.finding) == 0 with input as _input({"how": "runs-as"}, {})
	unread := {"if": ["policy:x (not read) allows it"]}
	count(rule.finding) == 0 with input as _input({}, {"effective": samples.effective({"admin": unread})})
}
