package lapse.rules["k8s-authorization-open_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["k8s-authorization-open"] as rule

_cluster(attributes) := samples.about(
	object.union(
		samples.principal("kubernetes", "cluster", "prod", "prod"),
		{"attributes": attributes, "locations": [samples.place("manifests/kube-apiserver.yaml", 1)]},
	),
	{},
)

test_hit if {
	some found in rule.finding with input as _cluster({"authorization_modes": ["AlwaysAllow"]})
	found == {
		"id": "k8s-authorization-open",
		"subject": "kubernetes:cluster:prod",
		"case": "always_allow",
		"detail": {"cluster": "prod", "modes": "AlwaysAllow"},
		"evidence": [{
			"fact": "--authorization-mode",
			"value": ["AlwaysAllow"],
			"location": {"path": "manifests/kube-apiserver.yaml", "line": 1},
		}],
	}
}

# One mode that allows is enough: it makes no difference what the others would say.
test_always_allow_beside_rbac if {
	some found in rule.finding with input as _cluster({"authorization_modes": ["RBAC", "AlwaysAllow"]})
	found.case == "always_allow"
}

test_without_roles if {
	some found in rule.finding with input as _cluster({"authorization_modes": ["Node", "ABAC"]})
	found.case == "default"
}

test_not_with_rbac if count(rule.finding) == 0 with input as _cluster({"authorization_modes": ["Node", "RBAC"]})

# What a webhook decides is not in the flags.
test_not_with_a_webhook if {
	count(rule.finding) == 0 with input as _cluster({"authorization_modes": ["Node", "Webhook"]})
}

test_unknown_modes_are_no_finding if {
	count(rule.finding) == 0 with input as _cluster({})
	count(rule.finding) == 0 with input as _cluster({"authorization_modes": []})
}

test_not_for_accounts if count(rule.finding) == 0 with input as samples.about(samples.service_account, {})

test_not_on_other_platforms if count(rule.finding) == 0 with input as samples.about(samples.user, {})

test_not_for_a_secret if count(rule.finding) == 0 with input as samples.about_secret({}, {})
