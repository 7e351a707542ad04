package lapse.alert_rules["token-replayed_test"]

import data.lapse.alert_rules["token-replayed"] as rule
import data.lapse.lib.events_test as events

test_hit if {
	some found in rule.finding with input as events.event("subject_token.replayed", {})
	found.subject == "workload:repo:acme/shop"
	found.detail == {"who": "workload:repo:acme/shop"}
}

test_not_for_other_events if count(rule.finding) == 0 with input as events.event("subject_token.refused", {})
