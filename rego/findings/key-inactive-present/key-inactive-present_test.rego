package lapse.rules["key-inactive-present_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["key-inactive-present"] as rule

_input(over) := samples.about(samples.user, {"credentials": [samples.key(object.union({"status": "inactive"}, over))]})

_last(at) := {"usage": samples.usage({"lastUsedAt": at})}

test_hit if {
	some found in rule.finding with input as _input(_last("2025-03-01T00:00:00Z"))
	found.detail.days == 365
	never := {"createdAt": "2025-03-01T00:00:00Z", "usage": samples.usage({"never": true})}
	count(rule.finding) == 1 with input as _input(never)
}

test_threshold_edge if {
	count(rule.finding) == 1 with input as _input(_last("2025-12-01T00:00:00Z"))
	count(rule.finding) == 0 with input as _input(_last("2025-12-01T00:00:01Z"))
}

# An old key that was disabled yesterday is in its quiet period, as it should be; its age says nothing.
test_not_in_the_quiet_period if {
	recent := object.union(_last("2026-02-27T00:00:00Z"), {"createdAt": "2020-01-01T00:00:00Z"})
	count(rule.finding) == 0 with input as _input(recent)
}

test_near_misses if {
	count(rule.finding) == 0 with input as _input(object.union(_last("2025-03-01T00:00:00Z"), {"status": "active"}))
	count(rule.finding) == 0 with input as _input(object.union(
		_last("2025-03-01T00:00:00Z"),
		{"kind": "console-password"},
	))
	count(rule.finding) == 0 with input as _input({})
}
