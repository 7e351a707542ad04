package lapse.rules["credential-expired-present_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["credential-expired-present"] as rule

_input(over) := samples.about(samples.user, {"credentials": [samples.key(object.union(
	{"kind": "app-secret", "status": "expired"},
	over,
))]})

test_hit if {
	some found in rule.finding with input as _input({"expiresAt": "2026-02-01T00:00:00Z"})
	found.detail.since == " on 2026-02-01"
	some bare in rule.finding with input as _input({})
	bare.detail.since == ""
}

# A password that has ended is one that its owner must change, not one that was left.
test_near_misses if {
	count(rule.finding) == 0 with input as _input({"kind": "console-password"})
	count(rule.finding) == 0 with input as _input({"status": "active", "expiresAt": "2026-02-01T00:00:00Z"})
	count(rule.finding) == 0 with input as samples.about_secret({}, {"credential": samples.key({"status": "expired"})})
}
