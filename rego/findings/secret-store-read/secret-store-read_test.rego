package lapse.rules["secret-store-read_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["secret-store-read"] as rule

_input(answer, over) := samples.about(samples.user, object.union(
	{
		"effective": samples.effective({"privileges": [samples.privilege("secrets-read", answer)]}),
		"grants": [samples.grant({})],
	},
	over,
))

test_hit if {
	some found in rule.finding with input as _input("yes", {})
	found.detail == {
		"principal": "ci-deploy",
		"what": "all of secrets-read",
		"proviso": "",
		"key": "all of secrets-read",
	}
	[entry.location.line | some entry in found.evidence] == [42]
	some maybe in rule.finding with input as _input(samples.maybe, {})
	maybe.case == "conditional"
}

# An administrator reads everything, which is said of it already.
test_near_misses if {
	admin := samples.effective({"admin": "yes", "privileges": [samples.privilege("secrets-read", "yes")]})
	count(rule.finding) == 0 with input as samples.about(samples.user, {"effective": admin})
	count(rule.finding) == 0 with input as _input("no", {})
	count(rule.finding) == 0 with input as _input({"if": ["policy:x (not read) allows it"]}, {})
	count(rule.finding) == 0 with input as _input("yes", {"principal": samples.service_account})
	count(rule.finding) == 0 with input as _input("yes", {"principal": samples.aws_group})
}
