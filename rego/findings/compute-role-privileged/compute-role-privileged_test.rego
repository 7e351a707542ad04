package lapse.rules["compute-role-privileged_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["compute-role-privileged"] as rule

_input(service, over) := samples.about(samples.role, object.union(
	{"trusts_in": [samples.trust({"subject": {"kind": "service", "value": service}})]},
	over,
))

_admin := {"effective": samples.effective({"admin": "yes"})}

test_hit if {
	some found in rule.finding with input as _input("lambda.amazonaws.com", _admin)
	found.case == "default"
	found.detail == {
		"principal": "deployer",
		"services": ["lambda.amazonaws.com"],
		"reach": "is an administrator",
		"proviso": "",
	}
	some far in rule.finding with input as _input(
		"ec2.amazonaws.com",
		{"effective": samples.effective({}), "paths": [samples.path(samples.maybe)]},
	)
	[far.case, far.detail.reach] == ["conditional", "can become an administrator in one step"]
}

# A service that acts by itself runs nobody's code.
test_near_misses if {
	count(rule.finding) == 0 with input as _input("config.amazonaws.com", _admin)
	count(rule.finding) == 0 with input as _input("lambda.amazonaws.com", {"effective": samples.effective({})})
	count(rule.finding) == 0 with input as samples.about(samples.role, _admin)
	unread := samples.effective({"admin": {"if": ["policy:x (not read) allows it"]}})
	count(rule.finding) == 0 with input as _input("lambda.amazonaws.com", {"effective": unread})
}
