package lapse.rules["binding-to-missing-role_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["binding-to-missing-role"] as rule

_bound(who, over) := samples.about(who, {"grants": [samples.cluster_grant(object.union(
	{"actions": [], "resources": [], "unknownContent": true},
	over,
))]})

test_hit if {
	some found in rule.finding with input as _bound(samples.service_account, {})
	found.subject == samples.service_account.id
	found.detail.by == ", by binding:ClusterRoleBinding/orders, role:ClusterRole/reader"
	found.evidence[0].location == {"path": "k8s/orders.yaml", "line": 30}
}

test_not_when_the_role_was_read if {
	count(rule.finding) == 0 with input as _bound(samples.service_account, {"unknownContent": false})
	count(rule.finding) == 0 with input as samples.about(samples.service_account, {"grants": [samples.cluster_grant({})]})
}

test_reported_of_the_bound_alone if {
	count(rule.finding) == 0 with input as _bound(samples.service_account, {"principal": "kubernetes:group:prod/ops"})
}

test_not_for_a_workload if {
	who := samples.principal("kubernetes", "workload", "prod/shop/Deployment/orders", "orders")
	count(rule.finding) == 0 with input as _bound(who, {"principal": who.id})
}

test_not_on_other_platforms if {
	count(rule.finding) == 0 with input as _bound(samples.user, {"platform": "aws", "principal": samples.user.id})
}
