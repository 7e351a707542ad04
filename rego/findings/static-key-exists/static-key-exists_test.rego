package lapse.rules["static-key-exists_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["static-key-exists"] as rule

_input(over) := samples.about(samples.user, {"credentials": [samples.key(over)]})

test_hit if {
	some found in rule.finding with input as _input({})
	found == {
		"id": "static-key-exists",
		"subject": "aws:access-key:AKIAEXAMPLEEXAMPLE01",
		"detail": {"principal": "ci-deploy", "credential": "AKIA…LE01"},
		"evidence": [{"fact": "status", "value": "active", "location": {"path": "keys.json", "line": 7}}],
	}
}

# A key that ends by itself is judged by its end; one that a plan would make is not there.
test_near_misses if {
	every over in [
		{"status": "inactive"},
		{"status": "unknown"},
		{"kind": "console-password"},
		{"expiresAt": "2027-01-01T00:00:00Z"},
		{"attributes": {"planned": "create"}},
	] {
		count(rule.finding) == 0 with input as _input(over)
	}
	count(rule.finding) == 0 with input as samples.about_secret({}, {"credential": samples.key({})})
}
