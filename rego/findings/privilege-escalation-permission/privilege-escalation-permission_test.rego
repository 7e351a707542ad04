package lapse.rules["privilege-escalation-permission_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["privilege-escalation-permission"] as rule

_way(over) := object.union(
	{
		"id": "iam-attach-user-policy",
		"answer": "yes",
		"target": samples.user.id,
		"uses": ["iam:AttachUserPolicy"],
		"evidence": ["grant:1"],
	},
	over,
)

_can(ways, over) := samples.about(samples.user, {
	"grants": [samples.grant({})],
	"effective": samples.effective(object.union({"escalations": ways}, over)),
})

test_hit if {
	some found in rule.finding with input as _can([_way({})], {})
	found == {
		"id": "privilege-escalation-permission",
		"subject": samples.user.id,
		"case": "default",
		"detail": {"principal": "ci-deploy", "proviso": "", "ways": ["iam-attach-user-policy"]},
		"evidence": [{
			"fact": "iam-attach-user-policy",
			"value": ["iam:AttachUserPolicy"],
			"location": {"path": "export.json", "line": 42},
		}],
	}
}

test_one_finding_for_several_ways if {
	some found in rule.finding with input as _can(
		[_way({"answer": samples.maybe}), _way({"id": "iam-put-user-policy"})],
		{},
	)
	found.case == "default"
	found.detail.ways == ["iam-attach-user-policy", "iam-put-user-policy"]
}

test_under_conditions_is_a_case_of_its_own if {
	some found in rule.finding with input as _can([_way({"answer": samples.maybe})], {})
	found.case == "conditional"
}

test_becoming_somebody_else_is_another_rule if {
	count(rule.finding) == 0 with input as _can([_way({"target": samples.role.id})], {})
}

test_not_when_ruled_out if count(rule.finding) == 0 with input as _can([_way({"answer": "no"})], {})

test_not_when_administrator_already if count(rule.finding) == 0 with input as _can([_way({})], {"admin": "yes"})

test_unknown_permissions_are_no_finding if count(rule.finding) == 0 with input as samples.about(samples.user, {})

test_not_for_a_group if {
	count(rule.finding) == 0 with input as samples.about(
		samples.aws_group,
		{"effective": samples.effective({"escalations": [_way({"target": samples.aws_group.id})]})},
	)
}
