package lapse.rules["policy-attached-to-user_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["policy-attached-to-user"] as rule

_input(over) := samples.about(samples.user, {"grants": [samples.grant(over)]})

test_hit if {
	some found in rule.finding with input as _input({})
	found.detail == {"principal": "ci-deploy", "policies": ["policy:orders"]}
	[entry.location.line | some entry in found.evidence] == [42]
}

# The statements of one policy are one policy.
test_each_policy_once if {
	two := [samples.grant({}), samples.grant({"id": "grant:2", "actions": ["s3:PutObject"]})]
	some found in rule.finding with input as samples.about(samples.user, {"grants": two})
	found.detail.policies == ["policy:orders"]
	count(found.evidence) == 1
}

test_near_misses if {
	group := "aws:group:arn:aws:iam::111122223333:group/deployers"
	count(rule.finding) == 0 with input as _input({"principal": group, "via": ["group:deployers", "policy:orders"]})
	every over in [{"effect": "deny"}, {"role": "boundary"}, {"via": ["planned", "policy:orders"]}] {
		count(rule.finding) == 0 with input as _input(over)
	}
	on_role := samples.about(samples.role, {"grants": [samples.grant({"principal": samples.role.id})]})
	count(rule.finding) == 0 with input as on_role
}
