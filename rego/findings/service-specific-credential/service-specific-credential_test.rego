package lapse.rules["service-specific-credential_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["service-specific-credential"] as rule

_input(over) := samples.about(samples.user, {"credentials": [samples.key(object.union(
	{"kind": "service-specific", "attributes": {"service": "bedrock.amazonaws.com"}},
	over,
))]})

test_hit if {
	some found in rule.finding with input as _input({})
	found.detail == {"principal": "ci-deploy", "service": "bedrock.amazonaws.com"}
	some unnamed in rule.finding with input as _input({"kind": "service-specific", "id": "x", "attributes": {"service": null}})
	unnamed.detail.service == null
	bare := object.remove(samples.key({"kind": "service-specific"}), ["attributes"])
	some without in rule.finding with input as samples.about(samples.user, {"credentials": [bare]})
	without.detail.service == "one service"
}

# One that was given an end ends, and one that a plan would make is not there yet.
test_near_misses if {
	every over in [
		{"expiresAt": "2026-04-01T00:00:00Z"},
		{"status": "inactive"},
		{"kind": "access-key"},
		{"attributes": {"planned": "create"}},
	] {
		count(rule.finding) == 0 with input as _input(over)
	}
}
