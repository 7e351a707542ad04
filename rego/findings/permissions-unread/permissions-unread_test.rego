package lapse.rules["permissions-unread_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["permissions-unread"] as rule

_way(id) := {
	"id": id,
	"answer": {"if": ["policy:elsewhere (not read) allows it"]},
	"target": samples.user.id,
	"uses": ["policy:elsewhere"],
	"evidence": ["grant:1"],
}

_input(id, over) := samples.about(samples.user, {
	"grants": [samples.grant({})],
	"effective": samples.effective(object.union({"escalations": [_way(id)]}, over)),
})

test_hit if {
	some found in rule.finding with input as _input("unread-policy", {"admin": {"if": ["policy:elsewhere (not read) allows it"]}})
	found.detail == {"principal": "ci-deploy", "policies": ["policy:elsewhere"]}
	[entry.location.line | some entry in found.evidence] == [42]
	count(rule.finding) == 1 with input as _input("unread-role", {})
}

# Whoever may do everything by what was read cannot gain by what was not.
test_near_misses if {
	count(rule.finding) == 0 with input as _input("unread-policy", {"admin": "yes"})
	count(rule.finding) == 0 with input as _input("iam-put-user-policy", {})
	count(rule.finding) == 0 with input as samples.about(samples.user, {})
}
