package lapse.alert_rules["orphan-found_test"]

import data.lapse.alert_rules["orphan-found"] as rule
import data.lapse.lib.events_test as events

test_hit if {
	some found in rule.finding with input as events.event("orphan.found", {"lease": "lse_1", "detail": {"sink": "siem"}})
	found.subject == "lse_1"
	found.detail == {"target": "orders-db"}
}

test_hit_without_more if count(rule.finding) == 1 with input as events.event("orphan.found", {})

test_not_for_other_events if count(rule.finding) == 0 with input as events.event("lease.dead", {})
