package lapse.rules["k8s-anonymous-bound_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["k8s-anonymous-bound"] as rule

_bound(kind, name, over) := samples.about(
	samples.principal("kubernetes", kind, concat("/", ["prod", name]), name),
	{"grants": [samples.cluster_grant(over)]},
)

test_hit if {
	some found in rule.finding with input as _bound("group", "system:unauthenticated", {})
	found.subject == "kubernetes:group:prod/system:unauthenticated"
	found.detail.by == ", by binding:ClusterRoleBinding/orders, role:ClusterRole/reader"
	found.evidence[0] == {
		"fact": "grant",
		"value": ["get"],
		"location": {"path": "k8s/orders.yaml", "line": 30},
	}
	count(rule.finding) == 1 with input as _bound("user", "system:anonymous", {})
}

test_not_for_what_a_cluster_publishes if {
	count(rule.finding) == 0 with input as _bound(
		"group",
		"system:unauthenticated",
		{"via": ["binding:ClusterRoleBinding/x", "role:ClusterRole/system:public-info-viewer"]},
	)
}

test_not_for_others if count(rule.finding) == 0 with input as _bound("group", "system:authenticated", {})

test_not_without_grants if {
	count(rule.finding) == 0 with input as samples.about(
		samples.principal("kubernetes", "user", "prod/system:anonymous", "system:anonymous"),
		{},
	)
}

test_not_for_an_account_of_that_name if {
	count(rule.finding) == 0 with input as _bound("service-account", "system:anonymous", {})
}

test_not_on_other_platforms if {
	count(rule.finding) == 0 with input as samples.about(
		samples.principal("aws", "user", "system:anonymous", "system:anonymous"),
		{"grants": [samples.grant({})]},
	)
}
