package lapse.rules["console-password-unused_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["console-password-unused"] as rule

_input(over, usage) := samples.about(samples.user, {"credentials": [samples.key(object.union(
	{"kind": "console-password", "usage": samples.usage(usage)},
	over,
))]})

_edge := "2026-01-15T00:00:00Z"

test_hit if {
	some found in rule.finding with input as _input({}, {"lastUsedAt": "2025-03-01T00:00:00Z"})
	found.detail == {"principal": "ci-deploy", "days": 365}
}

test_threshold_edge if {
	count(rule.finding) == 1 with input as _input({}, {"lastUsedAt": _edge})
	count(rule.finding) == 0 with input as _input({}, {"lastUsedAt": "2026-01-15T00:00:01Z"})
}

# An export that is old says nothing of the days since.
test_idle_to_the_day_of_the_export if {
	count(rule.finding) == 0 with input as _input({}, {"lastUsedAt": _edge, "asOf": "2026-02-01T00:00:00Z"})
}

test_near_misses if {
	count(rule.finding) == 0 with input as _input({"status": "inactive"}, {"lastUsedAt": _edge})
	count(rule.finding) == 0 with input as _input({"kind": "access-key"}, {"lastUsedAt": _edge})
	count(rule.finding) == 0 with input as _input({}, {})
}
