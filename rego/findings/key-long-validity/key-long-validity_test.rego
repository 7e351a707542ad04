package lapse.rules["key-long-validity_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["key-long-validity"] as rule

_input(over) := samples.about(samples.user, {"credentials": [samples.key(object.union(
	{"kind": "app-secret", "createdAt": "2026-01-01T00:00:00Z"},
	over,
))]})

test_hit if {
	some found in rule.finding with input as _input({"expiresAt": "2028-01-01T00:00:00Z"})
	found.detail.days == 730
}

# A year is 365 or 366 days, and what is made "for a year" is not too long for either.
test_threshold_edge if {
	count(rule.finding) == 0 with input as _input({"expiresAt": "2027-01-02T00:00:00Z"})
	count(rule.finding) == 1 with input as _input({"expiresAt": "2027-01-03T00:00:00Z"})
}

test_near_misses if {
	count(rule.finding) == 0 with input as _input({"expiresAt": "9999-12-31T00:00:00Z"})
	count(rule.finding) == 0 with input as _input({"expiresAt": "2028-01-01T00:00:00Z", "status": "expired"})
	count(rule.finding) == 0 with input as _input({})
}
