package lapse.alert_rules["unusual-hour_test"]

import data.lapse.alert_rules["unusual-hour"] as rule
import data.lapse.lib.events_test as events

_active(hours, uses) := object.union(
	events.event("lease.active", {"lease": "lse_1", "at": "2026-03-01T00:10:00Z"}),
	{"history": {"habits": {
		"uses": uses,
		"sources": [],
		"hours": hours,
		"recent_requests": 1,
		"recent_leases": 1,
		"usual_leases": 0,
	}}},
)

_used_at(hours) := [count([1 | some used in hours; used == hour]) | some hour in numbers.range(0, 23)]

test_hit if {
	some found in rule.finding with input as _active(_used_at([9, 10, 22, 2]), 20)
	found.detail.hour == 0
}

test_not_near_the_usual if {
	count(rule.finding) == 0 with input as _active(_used_at([0]), 20)
	count(rule.finding) == 0 with input as _active(_used_at([1]), 20)
	count(rule.finding) == 0 with input as _active(_used_at([23]), 20)
}

test_not_before_it_is_known if count(rule.finding) == 0 with input as _active(_used_at([9]), 19)

test_unknown_history_is_no_finding if count(rule.finding) == 0 with input as events.event("lease.active", {})

test_not_for_other_events if {
	count(rule.finding) == 0 with input as object.union(_active(_used_at([9]), 20), {"event": {"event": "lease.dead"}})
}
