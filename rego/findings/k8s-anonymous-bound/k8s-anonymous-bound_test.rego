package lapse.rules["k8s-anonymous-bound_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["k8s-anonymous-bound"] as rule

_caller(platform, kind, name) := samples.principal(platform, kind, concat("/", ["prod", name]), name)

_bound(platform, kind, name, role) := samples.about(
	_caller(platform, kind, name),
	{"trusts_out": [samples.binding(_caller(platform, kind, name), {"principal": role})]},
)

_reader := "kubernetes:cluster-role:prod/reader"

test_hit if {
	some found in rule.finding with input as _bound("kubernetes", "group", "system:unauthenticated", _reader)
	found.subject == "kubernetes:group:prod/system:unauthenticated"
	found.detail == {
		"principal": "system:unauthenticated",
		"role": "reader",
		"bindings": ["ClusterRoleBinding/orders"],
		"key": _reader,
	}
	found.evidence[0] == {
		"fact": "bound to",
		"value": _reader,
		"location": {"path": "k8s/orders.yaml", "line": 30},
	}
	count(rule.finding) == 1 with input as _bound("kubernetes", "user", "system:anonymous", _reader)
}

test_not_for_what_a_cluster_publishes if {
	role := "kubernetes:cluster-role:prod/system:public-info-viewer"
	count(rule.finding) == 0 with input as _bound("kubernetes", "group", "system:unauthenticated", role)
}

test_a_role_of_a_namespace_by_that_name_is_another if {
	role := "kubernetes:role:prod/shop/system:public-info-viewer"
	count(rule.finding) == 1 with input as _bound("kubernetes", "group", "system:unauthenticated", role)
}

test_not_for_others if {
	count(rule.finding) == 0 with input as _bound("kubernetes", "group", "system:authenticated", _reader)
	count(rule.finding) == 0 with input as _bound("kubernetes", "service-account", "system:anonymous", _reader)
	count(rule.finding) == 0 with input as _bound("other", "user", "system:anonymous", _reader)
}

test_not_without_bindings if {
	count(rule.finding) == 0 with input as samples.about(
		samples.principal("kubernetes", "user", "prod/system:anonymous", "system:anonymous"),
		{},
	)
}
