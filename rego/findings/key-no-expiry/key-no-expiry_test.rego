package lapse.rules["key-no-expiry_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["key-no-expiry"] as rule

_input(over) := samples.about(samples.user, {"credentials": [samples.key(object.union({"kind": "access-token"}, over))]})

test_hit if {
	some found in rule.finding with input as _input({})
	found.detail == {
		"principal": "ci-deploy",
		"kind": "access-token",
		"credential": "AKIA…LE01",
		"end": "has no end",
	}
}

# What ends on the last day that its provider can write does not end.
test_hit_in_centuries if {
	some found in rule.finding with input as _input({"expiresAt": "9999-12-31T23:59:59Z"})
	found.detail.end == "ends in the year 9999"
}

# An end that the source does not say is not known to be none.
test_near_misses if {
	every over in [
		{"expiryUnknown": true},
		{"expiresAt": "2026-04-01T00:00:00Z"},
		{"status": "expired"},
		{"kind": "access-key"},
		{"attributes": {"planned": "declared"}},
	] {
		count(rule.finding) == 0 with input as _input(over)
	}
}

test_threshold_is_a_century if {
	count(rule.finding) == 1 with input as _input({"expiresAt": "2126-01-01T00:00:00Z"})
	count(rule.finding) == 0 with input as _input({"expiresAt": "2125-12-31T00:00:00Z"})
}
