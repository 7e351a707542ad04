package lapse.rules["person-holds-key_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["person-holds-key"] as rule

_user(name) := object.union(samples.user, {"name": name})

_input(name, over) := samples.about(_user(name), {"credentials": [samples.key(over)]})

test_hit if {
	some found in rule.finding with input as _input("ana@acme.example", {})
	found.detail == {"principal": "ana@acme.example", "count": 1}
}

# An address of a team or a machine is no person, and neither is an at in a name.
test_near_misses if {
	every name in ["ci-deploy", "deploy@prod", "noreply@acme.example", "ops@acme.example"] {
		count(rule.finding) == 0 with input as _input(name, {})
	}
	count(rule.finding) == 0 with input as _input("ana@acme.example", {"status": "inactive"})
	count(rule.finding) == 0 with input as _input("ana@acme.example", {"kind": "signing-certificate"})
}

test_keys_of_the_report_are_the_listed_ones if {
	reported := samples.key({"id": "r", "nativeId": "arn:aws:iam::111122223333:user/ana@acme.example#access-key-1"})
	some found in rule.finding with input as samples.about(
		_user("ana@acme.example"),
		{"credentials": [samples.key({}), reported]},
	)
	found.detail.count == 1
	some alone in rule.finding with input as samples.about(_user("ana@acme.example"), {"credentials": [reported]})
	alone.detail.count == 1
}
