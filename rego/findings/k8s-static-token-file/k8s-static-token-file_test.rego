package lapse.rules["k8s-static-token-file_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["k8s-static-token-file"] as rule

_cluster(attributes) := samples.about(
	object.union(
		samples.principal("kubernetes", "cluster", "prod", "prod"),
		{"attributes": attributes, "locations": [samples.place("manifests/kube-apiserver.yaml", 1)]},
	),
	{},
)

test_hit if {
	some found in rule.finding with input as _cluster({"static_tokens": true})
	found == {
		"id": "k8s-static-token-file",
		"subject": "kubernetes:cluster:prod",
		"detail": {"cluster": "prod"},
		"evidence": [{
			"fact": "--token-auth-file",
			"value": true,
			"location": {"path": "manifests/kube-apiserver.yaml", "line": 1},
		}],
	}
}

# A cluster of which only the version was read says nothing of its flags.
test_unknown_flags_are_no_finding if count(rule.finding) == 0 with input as _cluster({"version": "1.33"})

test_not_when_off if count(rule.finding) == 0 with input as _cluster({"static_tokens": false})

test_not_for_a_secret if count(rule.finding) == 0 with input as samples.about_secret({}, {})

test_not_for_accounts if {
	who := object.union(samples.service_account, {"attributes": {"static_tokens": true}})
	count(rule.finding) == 0 with input as samples.about(who, {})
}

test_not_on_other_platforms if count(rule.finding) == 0 with input as samples.about(samples.user, {})
