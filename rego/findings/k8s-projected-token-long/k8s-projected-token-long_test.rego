package lapse.rules["k8s-projected-token-long_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["k8s-projected-token-long"] as rule

_pod(tokens) := samples.about(
	object.union(
		samples.principal("kubernetes", "workload", "prod/shop/Deployment/orders", "orders"),
		{"scope": ["prod", "shop"], "attributes": {"tokens": tokens}},
	),
	{},
)

test_hit if {
	some found in rule.finding with input as _pod([{"audience": "vault", "seconds": 604800}])
	found == {
		"id": "k8s-projected-token-long",
		"subject": "kubernetes:workload:prod/shop/Deployment/orders",
		"detail": {"principal": "shop/orders", "audience": "vault", "hours": 168, "key": "vault"},
		"evidence": [{"fact": "seconds", "value": 604800, "location": {"path": "export.json", "line": 1}}],
	}
}

test_threshold_edge if {
	count(rule.finding) == 1 with input as _pod([{"audience": null, "seconds": 86400}])
	count(rule.finding) == 0 with input as _pod([{"audience": null, "seconds": 86399}])
}

# Two volumes with the same token are one thing to change.
test_one_finding_for_each_audience if {
	tokens := [
		{"audience": "vault", "seconds": 90000},
		{"audience": "vault", "seconds": 180000},
		{"audience": null, "seconds": 90000},
		{"audience": "sts", "seconds": 3600},
	]
	found := rule.finding with input as _pod(tokens)
	{one.detail.audience: one.detail.hours | some one in found} == {"vault": 50, "the API server": 25}
}

test_unknown_life_is_no_finding if {
	count(rule.finding) == 0 with input as _pod([{"audience": null, "seconds": null}])
}

test_not_without_tokens if count(rule.finding) == 0 with input as samples.about(samples.service_account, {})

test_not_on_other_platforms if count(rule.finding) == 0 with input as samples.about(samples.user, {})

test_not_for_a_secret if count(rule.finding) == 0 with input as samples.about_secret({}, {})
