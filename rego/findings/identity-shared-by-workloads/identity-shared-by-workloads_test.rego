package lapse.rules["identity-shared-by-workloads_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["identity-shared-by-workloads"] as rule

_shared(workloads) := samples.about(
	samples.service_account,
	{"workloads": workloads, "grants": [samples.cluster_grant({})]},
)

test_hit_at_the_threshold if {
	some found in rule.finding with input as _shared(["c", "a", "b"])
	found.subject == samples.service_account.id
	found.detail == {"principal": "shop/orders", "count": 3}
	found.evidence[0] == {
		"fact": "workloads",
		"value": ["a", "b", "c"],
		"location": {"path": "export.json", "line": 1},
	}
}

test_pods_of_a_deployment_are_not_counted_beside_it if {
	count(rule.finding) == 0 with input as _shared([
		"kubernetes:workload:prod/shop/Deployment/orders",
		"kubernetes:workload:prod/shop/ReplicaSet/orders-1",
		"kubernetes:workload:prod/shop/Pod/orders-1-a",
		"kubernetes:workload:prod/shop/Pod/orders-1-b",
	])
}

test_not_below if count(rule.finding) == 0 with input as _shared(["a", "b"])

test_not_without_grants if {
	count(rule.finding) == 0 with input as samples.about(samples.service_account, {"workloads": ["a", "b", "c"]})
}

test_not_for_a_group if {
	count(rule.finding) == 0 with input as samples.about(
		samples.aws_group,
		{"workloads": ["a", "b", "c"], "grants": [samples.grant({})]},
	)
}
