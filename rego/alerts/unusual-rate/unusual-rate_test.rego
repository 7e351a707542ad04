package lapse.alert_rules["unusual-rate_test"]

import data.lapse.alert_rules["unusual-rate"] as rule
import data.lapse.lib.events_test as events

_active(recent, usual) := object.union(
	events.event("lease.active", {"lease": "lse_1"}),
	{"history": {"habits": {
		"uses": 5,
		"sources": [],
		"hours": [],
		"recent_requests": 1,
		"recent_leases": recent,
		"usual_leases": usual,
	}}},
)

test_threshold_edges if {
	some found in rule.finding with input as _active(50, 5)
	found.detail == {"who": "workload:repo:acme/shop", "count": 50, "usual": 5}
	count(rule.finding) == 0 with input as _active(49, 5)
	count(rule.finding) == 1 with input as _active(20, 0.1)
	count(rule.finding) == 0 with input as _active(19, 0.1)
}

# Of somebody new, nothing is usual.
test_not_for_the_first_day if count(rule.finding) == 0 with input as _active(100, 0)

test_unknown_history_is_no_finding if count(rule.finding) == 0 with input as events.event("lease.active", {})

test_not_for_other_events if {
	count(rule.finding) == 0 with input as object.union(_active(50, 5), {"event": {"event": "lease.dead"}})
}
