package lapse.alert_rules["audit-space-low_test"]

import data.lapse.alert_rules["audit-space-low"] as rule
import data.lapse.lib.events_test as events

test_hit if {
	low := events.event("audit.sink_space_low", {"detail": {"sink": "file", "free_bytes": 1024}})
	some found in rule.finding with input as low
	found.subject == "file"
	found.detail == {"sink": "file", "free": 1024}
}

test_hit_without_detail if {
	some found in rule.finding with input as events.event("audit.sink_space_low", {})
	found.subject == "unknown"
}

test_not_for_other_events if count(rule.finding) == 0 with input as events.event("audit.sink_failed", {})
