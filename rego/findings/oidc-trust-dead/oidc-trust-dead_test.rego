package lapse.rules["oidc-trust-dead_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["oidc-trust-dead"] as rule

_trusting(verdict, subjects) := samples.about(samples.role, {
	"trusts_in": [samples.trust({})],
	"effective": samples.effective({"federation": [{
		"trust": "trust:1",
		"issuer": "token.actions.githubusercontent.com",
		"verdict": verdict,
		"audience": true,
		"subjects": subjects,
	}]}),
})

test_hit if {
	some found in rule.finding with input as _trusting("dead", ["b", "a"])
	found == {
		"id": "oidc-trust-dead",
		"subject": samples.role.id,
		"detail": {
			"principal": "deployer",
			"issuer": "token.actions.githubusercontent.com",
			"subjects": ["a", "b"],
			"key": "token.actions.githubusercontent.com a b",
		},
		"evidence": [{
			"fact": "trusted subjects",
			"value": ["b", "a"],
			"location": {"path": "export.json", "line": 77},
		}],
	}
}

test_not_for_another_verdict if count(rule.finding) == 0 with input as _trusting("unknown", ["a"])

test_unknown_verdict_is_no_finding if count(rule.finding) == 0 with input as _trusting("unknown", ["a"])

test_unknown_permissions_are_no_finding if count(rule.finding) == 0 with input as samples.about(samples.role, {})
