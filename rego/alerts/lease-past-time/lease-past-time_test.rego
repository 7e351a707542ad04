package lapse.alert_rules["lease-past-time_test"]

import data.lapse.alert_rules["lease-past-time"] as rule
import data.lapse.lib.events_test as events

test_hit if {
	some found in rule.finding with input as events.event("lease.past_time", {"lease": "lse_1"})
	found.subject == "lse_1"
	found.detail == {"lease": "lse_1", "target": "orders-db"}
}

test_hit_without_lease if count(rule.finding) == 1 with input as events.event("lease.past_time", {})

test_not_for_other_events if count(rule.finding) == 0 with input as events.event("lease.dead", {})
