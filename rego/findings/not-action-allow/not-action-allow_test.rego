package lapse.rules["not-action-allow_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["not-action-allow"] as rule

_granted(over) := samples.about(samples.user, {"grants": [samples.grant(object.union({"actions": []}, over))]})

test_hit_by_actions if {
	some found in rule.finding with input as _granted({"notActions": ["iam:*", "aws-portal:*"]})
	found.subject == samples.user.id
	found.case == "default"
	found.detail == {
		"principal": "ci-deploy",
		"exceptions": ["aws-portal:*", "iam:*"],
		"key": "aws-portal:* iam:*",
	}
	found.evidence[0].location.line == 42
}

test_hit_by_resources if {
	some found in rule.finding with input as _granted({"actions": ["s3:*"], "notResources": ["arn:aws:s3:::audit/*"]})
	found.detail.exceptions == ["arn:aws:s3:::audit/*"]
}

test_under_conditions_is_a_case_of_its_own if {
	some found in rule.finding with input as _granted({
		"notActions": ["iam:*"],
		"condition": {"StringEquals": {"aws:RequestedRegion": "eu-central-1"}},
	})
	found.case == "conditional"
}

test_one_finding_for_the_same_exceptions if {
	grant := samples.grant({"actions": [], "notActions": ["iam:*"]})
	conditional := object.union(grant, {"id": "grant:2", "condition": {"Bool": {"aws:SecureTransport": "true"}}})
	other := object.union(grant, {"id": "grant:3", "notActions": ["sts:*"]})
	found := rule.finding with input as samples.about(samples.user, {"grants": [grant, conditional, other]})
	{one.detail.key: [one.case, count(one.evidence)] | some one in found} == {
		"iam:*": ["default", 2],
		"sts:*": ["default", 1],
	}
}

test_not_for_a_deny if count(rule.finding) == 0 with input as _granted({"notActions": ["iam:*"], "effect": "deny"})

test_not_for_a_boundary if {
	count(rule.finding) == 0 with input as _granted({"notActions": ["iam:*"], "role": "boundary"})
}

test_not_for_a_list if {
	count(rule.finding) == 0 with input as _granted({"actions": ["s3:GetObject"]})
	count(rule.finding) == 0 with input as _granted({"actions": ["s3:GetObject"], "notActions": []})
}

test_not_for_a_group if {
	count(rule.finding) == 0 with input as samples.about(
		samples.aws_group,
		{"grants": [samples.grant({"notActions": ["iam:*"]})]},
	)
}
