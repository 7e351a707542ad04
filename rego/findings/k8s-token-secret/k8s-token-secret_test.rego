package lapse.rules["k8s-token-secret_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["k8s-token-secret"] as rule

_token(over) := samples.about(samples.service_account, {"credentials": [samples.key(object.union(
	{
		"id": "kubernetes:token-secret:prod/shop/orders-token",
		"platform": "kubernetes",
		"kind": "token-secret",
		"nativeId": "prod/shop/orders-token",
		"status": "unknown",
		"locations": [samples.place("k8s/orders.yaml", 12)],
	},
	over,
))]})

test_hit if {
	some found in rule.finding with input as _token({})
	found == {
		"id": "k8s-token-secret",
		"subject": "kubernetes:token-secret:prod/shop/orders-token",
		"case": "default",
		"detail": {"secret": "prod/shop/orders-token", "principal": "shop/orders"},
		"evidence": [{
			"fact": "token secret",
			"value": "prod/shop/orders-token",
			"location": {"path": "k8s/orders.yaml", "line": 12},
		}],
	}
}

test_privileged_case if {
	some found in rule.finding with input as object.union(_token({}), {"paths": [samples.path(samples.maybe)]})
	found.case == "privileged"
}

test_not_when_dead if {
	count(rule.finding) == 0 with input as _token({"status": "inactive"})
	count(rule.finding) == 0 with input as _token({"status": "expired"})
}

test_not_for_other_kinds if count(rule.finding) == 0 with input as _token({"kind": "actions-secret"})

test_not_on_other_platforms if count(rule.finding) == 0 with input as _token({"platform": "other"})
