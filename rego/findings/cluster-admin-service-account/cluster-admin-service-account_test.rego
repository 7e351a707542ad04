package lapse.rules["cluster-admin-service-account_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["cluster-admin-service-account"] as rule

_admin(who, answer) := samples.about(who, {
	"grants": [samples.cluster_grant({
		"principal": "kubernetes:cluster-role:prod/cluster-admin",
		"actions": ["*"],
		"resources": ["*/*"],
		"via": ["role:ClusterRole/cluster-admin"],
	})],
	"trusts_out": [samples.binding(who, {
		"principal": "kubernetes:cluster-role:prod/cluster-admin",
		"condition": {"binding": "ClusterRoleBinding/orders-admin"},
	})],
	"effective": samples.effective({"admin": answer, "privileges": [samples.privilege("admin", answer)]}),
})

test_hit_at_the_binding if {
	some found in rule.finding with input as _admin(samples.service_account, "yes")
	found.subject == samples.service_account.id
	found.case == "default"
	found.detail == {
		"principal": "shop/orders",
		"proviso": "",
		"by": ", by binding:ClusterRoleBinding/orders-admin, role:ClusterRole/cluster-admin",
	}
	found.evidence[0].location == {"path": "k8s/orders.yaml", "line": 30}
}

test_under_conditions_is_a_case_of_its_own if {
	some found in rule.finding with input as _admin(samples.service_account, samples.maybe)
	found.case == "conditional"
}

test_not_without_admin if count(rule.finding) == 0 with input as _admin(samples.service_account, "no")

test_not_for_others if count(rule.finding) == 0 with input as _admin(samples.user, "yes")

test_not_for_other_kinds_of_the_cluster if {
	who := samples.principal("kubernetes", "group", "prod/ops", "ops")
	count(rule.finding) == 0 with input as _admin(who, "yes")
}

test_unknown_permissions_are_no_finding if {
	count(rule.finding) == 0 with input as samples.about(samples.service_account, {})
}
