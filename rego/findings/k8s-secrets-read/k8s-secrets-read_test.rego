package lapse.rules["k8s-secrets-read_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["k8s-secrets-read"] as rule

_reads(who, answer, condition) := samples.about(who, {
	"grants": [samples.cluster_grant({})],
	"trusts_out": [samples.binding(who, {"condition": object.union({"binding": "RoleBinding/orders"}, condition)})],
	"effective": samples.effective({"privileges": [samples.privilege("secrets-read", answer)]}),
})

test_hit if {
	some found in rule.finding with input as _reads(samples.service_account, "yes", {})
	found.subject == samples.service_account.id
	found.case == "default"
	found.detail == {
		"principal": "shop/orders",
		"proviso": "",
		"what": "all of secrets-read",
		"key": "all of secrets-read",
	}
	found.evidence[0].location == {"path": "k8s/orders.yaml", "line": 30}
}

test_in_a_namespace_is_a_case_of_its_own if {
	some found in rule.finding with input as _reads(samples.service_account, "yes", {"namespace": "shop"})
	found.case == "namespaced"
}

test_unknown_binding_is_not_taken_for_a_narrow_one if {
	some found in rule.finding with input as object.union(
		_reads(samples.service_account, "yes", {"namespace": "shop"}),
		{"trusts_out": []},
	)
	found.case == "default"
	found.evidence[0].location == {"path": "k8s/roles.yaml", "line": 4}
}

test_unknown_grant_is_not_taken_for_a_narrow_one if {
	some found in rule.finding with input as object.union(
		_reads(samples.service_account, "yes", {"namespace": "shop"}),
		{"grants": []},
	)
	found.case == "default"
}

test_under_conditions_is_a_case_of_its_own if {
	some found in rule.finding with input as _reads(samples.service_account, samples.maybe, {})
	found.case == "conditional"
}

test_not_when_ruled_out if count(rule.finding) == 0 with input as _reads(samples.service_account, "no", {})

test_not_on_other_platforms if count(rule.finding) == 0 with input as _reads(samples.user, "yes", {})

test_not_for_a_workload if {
	who := samples.principal("kubernetes", "workload", "prod/shop/Deployment/orders", "orders")
	count(rule.finding) == 0 with input as _reads(who, "yes", {})
}

test_unknown_permissions_are_no_finding if {
	count(rule.finding) == 0 with input as samples.about(samples.service_account, {})
}

test_not_for_a_secret if {
	count(rule.finding) == 0 with input as samples.about_secret({}, {
		"principal": samples.service_account,
		"effective": samples.effective({"privileges": [samples.privilege("secrets-read", "yes")]}),
	})
}
