package lapse.rules["oidc-trust-no-audience_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["oidc-trust-no-audience"] as rule

_trust(over) := object.union(
	{"trust": "trust:1", "issuer": "ci.example.com", "verdict": "exact", "audience": false, "subjects": ["repo:a/b"]},
	over,
)

_input(over) := samples.about(samples.role, {
	"trusts_in": [samples.trust({}), samples.trust({"id": "trust:2", "locations": [samples.place("x", 1)]})],
	"effective": samples.effective({"federation": [_trust(over)]}),
})

test_hit if {
	some found in rule.finding with input as _input({})
	found.detail == {"principal": "deployer", "issuers": ["ci.example.com"]}
	[entry.location.line | some entry in found.evidence] == [77]
}

# Nobody gets in by a trust that no token meets.
test_near_misses if {
	count(rule.finding) == 0 with input as _input({"audience": true})
	count(rule.finding) == 0 with input as _input({"verdict": "dead"})
	count(rule.finding) == 0 with input as samples.about(samples.role, {})
}
