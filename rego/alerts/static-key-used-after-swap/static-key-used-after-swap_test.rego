package lapse.alert_rules["static-key-used-after-swap_test"]

import data.lapse.alert_rules["static-key-used-after-swap"] as rule
import data.lapse.lib.events_test as events

_used(stage) := events.event("static_key.used", {"detail": {"stage": stage}})

test_hit if {
	some found in rule.finding with input as _used("swapped")
	found.detail == {"target": "orders-db", "stage": "swapped"}
	count(rule.finding) == 1 with input as _used("disabled")
	count(rule.finding) == 1 with input as _used("gone")
}

test_not_while_bound if count(rule.finding) == 0 with input as _used("bound")

test_unknown_stage_is_no_finding if count(rule.finding) == 0 with input as events.event("static_key.used", {})

test_not_for_other_events if {
	count(rule.finding) == 0 with input as events.event("swap.stage", {"detail": {"stage": "swapped"}})
}
