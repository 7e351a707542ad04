package lapse.rules["default-service-account-bound_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["default-service-account-bound"] as rule

_default := object.union(
	samples.principal("kubernetes", "service-account", "prod/shop/default", "default"),
	{"scope": ["prod", "shop"]},
)

_bound(who, over) := samples.about(who, {"trusts_out": [samples.binding(who, over)]})

test_hit if {
	some found in rule.finding with input as _bound(_default, {})
	found == {
		"id": "default-service-account-bound",
		"subject": "kubernetes:service-account:prod/shop/default",
		"detail": {
			"principal": "shop/default",
			"role": "reader",
			"bindings": ["ClusterRoleBinding/orders"],
			"key": "kubernetes:cluster-role:prod/reader",
		},
		"evidence": [{
			"fact": "bound to",
			"value": "kubernetes:cluster-role:prod/reader",
			"location": {"path": "k8s/orders.yaml", "line": 30},
		}],
	}
}

test_one_finding_for_each_role if {
	bindings := [
		samples.binding(_default, {}),
		samples.binding(_default, {"id": "trust:2", "condition": {"binding": "RoleBinding/too"}}),
		samples.binding(_default, {"id": "trust:3", "principal": "kubernetes:cluster-role:prod/writer"}),
	]
	found := rule.finding with input as samples.about(_default, {"trusts_out": bindings})
	{one.detail.role: one.detail.bindings | some one in found} == {
		"reader": ["ClusterRoleBinding/orders", "RoleBinding/too"],
		"writer": ["ClusterRoleBinding/orders"],
	}
}

test_not_for_a_named_account if count(rule.finding) == 0 with input as _bound(samples.service_account, {})

test_not_without_bindings if count(rule.finding) == 0 with input as samples.about(_default, {})

test_not_for_a_cloud_identity if count(rule.finding) == 0 with input as _bound(_default, {"how": "annotation"})

test_not_for_a_user_of_that_name if {
	count(rule.finding) == 0 with input as _bound(samples.principal("kubernetes", "user", "prod/default", "default"), {})
}
