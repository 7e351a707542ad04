package lapse.rules["default-service-account-bound_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["default-service-account-bound"] as rule

_default := object.union(samples.service_account, {"name": "default", "attributes": {"default": true}})

_bound(who, over) := samples.about(who, {"grants": [samples.cluster_grant(over)]})

test_hit if {
	some found in rule.finding with input as _bound(_default, {})
	found.subject == samples.service_account.id
	found.detail == {
		"principal": "default",
		"by": ", by binding:ClusterRoleBinding/orders, role:ClusterRole/reader",
	}
	found.evidence[0].location == {"path": "k8s/orders.yaml", "line": 30}
}

test_not_for_a_named_account if count(rule.finding) == 0 with input as _bound(samples.service_account, {})

test_not_without_grants if count(rule.finding) == 0 with input as samples.about(_default, {})

test_not_for_grants_of_its_groups if {
	count(rule.finding) == 0 with input as _bound(_default, {"principal": "kubernetes:group:prod/system:serviceaccounts"})
}

test_unknown_attribute_is_no_finding if {
	count(rule.finding) == 0 with input as _bound(
		samples.principal("kubernetes", "service-account", "prod/shop/default", "default"),
		{},
	)
}
