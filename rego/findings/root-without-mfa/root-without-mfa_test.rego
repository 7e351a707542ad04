package lapse.rules["root-without-mfa_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["root-without-mfa"] as rule

_root(attributes) := samples.about(object.union(samples.root, {"attributes": attributes}), {})

test_hit if {
	some found in rule.finding with input as _root({"mfa_active": false})
	found.detail == {"account": "111122223333"}
}

# What no report says is not known to be off.
test_near_misses if {
	count(rule.finding) == 0 with input as _root({"mfa_active": true})
	count(rule.finding) == 0 with input as _root({})
	count(rule.finding) == 0 with input as samples.about(
		object.union(samples.user, {"attributes": {"mfa_active": false}}),
		{},
	)
}
