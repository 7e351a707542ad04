package lapse.rules["k8s-client-certificate_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["k8s-client-certificate"] as rule

_who := samples.principal("kubernetes", "user", "prod/alice", "alice")

_certificate(over) := samples.key(object.union(
	{
		"id": "kubernetes:client-certificate:prod/csr/alice",
		"platform": "kubernetes",
		"kind": "client-certificate",
		"nativeId": "prod/csr/alice",
		"createdAt": "2026-01-01T00:00:00Z",
		"expiresAt": "2027-01-01T00:00:00Z",
		"attributes": {"groups": ["developers"]},
	},
	over,
))

_signs_in(who, over) := samples.about(who, {"credentials": [_certificate(over)]})

test_hit if {
	some found in rule.finding with input as _signs_in(_who, {})
	found == {
		"id": "k8s-client-certificate",
		"subject": "kubernetes:client-certificate:prod/csr/alice",
		"case": "default",
		"detail": {
			"certificate": "prod/csr/alice",
			"principal": "alice",
			"groups": " as member of developers",
			"days": 365,
		},
		"evidence": [{
			"fact": "valid until",
			"value": "2027-01-01T00:00:00Z",
			"location": {"path": "keys.json", "line": 7},
		}],
	}
}

test_masters_are_a_case_of_their_own if {
	some found in rule.finding with input as _signs_in(_who, {"attributes": {"groups": ["system:masters"]}})
	found.case == "masters"
}

test_no_group if {
	some found in rule.finding with input as _signs_in(_who, {"attributes": {"groups": []}})
	found.detail.groups == ""
}

test_threshold_edge if {
	count(rule.finding) == 1 with input as _signs_in(_who, {"expiresAt": "2026-01-31T00:00:00Z"})
	count(rule.finding) == 0 with input as _signs_in(_who, {"expiresAt": "2026-01-30T23:59:59Z"})
}

# The kubelet renews its own, and nobody else has it.
test_not_for_a_kubelet if {
	node := samples.principal("kubernetes", "user", "prod/system:node:one", "system:node:one")
	count(rule.finding) == 0 with input as _signs_in(node, {})
}

test_not_when_expired if count(rule.finding) == 0 with input as _signs_in(_who, {"status": "expired"})

test_not_for_another_kind if count(rule.finding) == 0 with input as _signs_in(_who, {"kind": "token-secret"})

test_not_for_an_account if count(rule.finding) == 0 with input as _signs_in(samples.service_account, {})

test_not_on_other_platforms if count(rule.finding) == 0 with input as _signs_in(samples.user, {})

test_unknown_end_is_no_finding if {
	endless := object.remove(_certificate({}), ["expiresAt"])
	count(rule.finding) == 0 with input as samples.about(_who, {"credentials": [endless]})
}

test_not_for_a_secret if count(rule.finding) == 0 with input as samples.about_secret({}, {"principal": _who})
