package lapse.alert_rules["first-use_test"]

import data.lapse.alert_rules["first-use"] as rule
import data.lapse.lib.events_test as events

_active(earlier) := object.union(
	events.event("lease.active", {"lease": "lse_1"}),
	{"history": {"earlier_leases": earlier}},
)

test_hit if {
	some found in rule.finding with input as _active(0)
	found.subject == "lse_1"
	found.detail == {"who": "workload:repo:acme/shop", "target": "orders-db"}
}

test_not_later if count(rule.finding) == 0 with input as _active(1)

test_unknown_history_is_no_finding if count(rule.finding) == 0 with input as events.event("lease.active", {})

test_not_for_other_events if {
	count(rule.finding) == 0 with input as object.union(_active(0), {"event": {"event": "lease.dead"}})
}
