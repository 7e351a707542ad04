package lapse.rules["wildcard-grant_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["wildcard-grant"] as rule

_holds(who, privileges) := samples.about(who, {
	"grants": [samples.grant({})],
	"effective": samples.effective({"privileges": privileges}),
})

test_hit if {
	some found in rule.finding with input as _holds(samples.user, [samples.privilege("wildcard-service", "yes")])
	found == {
		"id": "wildcard-grant",
		"subject": samples.user.id,
		"case": "default",
		"detail": {
			"principal": "ci-deploy",
			"proviso": "",
			"what": "all of wildcard-service",
			"key": "wildcard-service: all of wildcard-service",
		},
		"evidence": [{
			"fact": "wildcard-service",
			"value": "all of wildcard-service",
			"location": {"path": "export.json", "line": 42},
		}],
	}
}

test_one_finding_for_each_wildcard if {
	count(rule.finding) == 2 with input as _holds(samples.user, [
		samples.privilege("wildcard-service", "yes"),
		samples.privilege("wildcard-resource", samples.maybe),
	])
}

test_under_conditions_is_a_case_of_its_own if {
	some found in rule.finding with input as _holds(samples.user, [samples.privilege("wildcard-resource", samples.maybe)])
	found.case == "conditional"
	found.detail.proviso == " (only if aws:SourceIp is 10.0.0.0/8)"
}

test_not_for_other_privileges if {
	count(rule.finding) == 0 with input as _holds(samples.user, [samples.privilege("iam-write", "yes")])
}

test_not_when_ruled_out if {
	count(rule.finding) == 0 with input as _holds(samples.user, [samples.privilege("wildcard-service", "no")])
}

test_not_for_a_group if {
	count(rule.finding) == 0 with input as _holds(samples.aws_group, [samples.privilege("wildcard-service", "yes")])
}

test_not_for_a_workload if {
	who := samples.principal("kubernetes", "workload", "prod/shop/Deployment/orders", "orders")
	count(rule.finding) == 0 with input as _holds(who, [samples.privilege("wildcard-service", "yes")])
}

test_unknown_permissions_are_no_finding if count(rule.finding) == 0 with input as samples.about(samples.user, {})
