package lapse.rules["can-become-admin_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["can-become-admin"] as rule

_on_path(who, over) := samples.about(who, object.union(
	{"effective": samples.effective({}), "paths": [samples.path("yes")]},
	over,
))

test_hit_in_one_step if {
	some found in rule.finding with input as _on_path(samples.user, {})
	found.subject == samples.user.id
	found.case == "one_step"
	found.detail == {
		"principal": "ci-deploy",
		"reach": "can become an administrator in one step",
		"proviso": "",
		"way": "assume-role aws:role:arn:aws:iam::111122223333:role/deployer",
		"to": samples.role.id,
	}
	found.evidence[0].location == {"path": "export.json", "line": 1}
	found.evidence[1].value == ["sts:AssumeRole"]
}

test_hit_in_two_steps if {
	steps := array.concat(samples.path("yes").steps, samples.path("yes").steps)
	some found in rule.finding with input as _on_path(
		samples.user,
		{"paths": [object.union(samples.path("yes"), {"steps": steps})]},
	)
	found.case == "default"
	found.detail.reach == "can become an administrator in 2 steps"
}

test_under_conditions_is_a_case_of_its_own if {
	some found in rule.finding with input as _on_path(samples.user, {"paths": [samples.path(samples.maybe)]})
	found.case == "conditional"
	found.detail.proviso == " (only if aws:SourceIp is 10.0.0.0/8)"
}

test_hit_beside_conditional_administration if {
	count(rule.finding) == 1 with input as _on_path(
		samples.user,
		{"effective": samples.effective({"admin": samples.maybe})},
	)
}

test_not_without_a_path if count(rule.finding) == 0 with input as _on_path(samples.user, {"paths": []})

test_not_when_administrator_already if {
	count(rule.finding) == 0 with input as _on_path(samples.user, {"effective": samples.effective({"admin": "yes"})})
}

test_not_for_a_workload if {
	count(rule.finding) == 0 with input as _on_path(
		samples.principal("kubernetes", "workload", "prod/shop/Deployment/orders", "orders"),
		{},
	)
}

test_not_for_a_group if count(rule.finding) == 0 with input as _on_path(samples.aws_group, {})

test_path_counts_when_permissions_are_unknown if {
	count(rule.finding) == 1 with input as _on_path(samples.user, {"effective": null})
}
