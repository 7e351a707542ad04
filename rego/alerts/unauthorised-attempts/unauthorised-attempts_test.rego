package lapse.alert_rules["unauthorised-attempts_test"]

import data.lapse.alert_rules["unauthorised-attempts"] as rule
import data.lapse.lib.events_test as events

_refused(repeats) := object.union(events.event("subject_token.refused", {}), {"history": {"repeats": repeats}})

test_threshold_edge if {
	some found in rule.finding with input as _refused(5)
	found.subject == "workload:repo:acme/shop"
	found.case == "default"
	found.detail == {"count": 5, "event": "subject_token.refused", "who": "workload:repo:acme/shop"}
	count(rule.finding) == 0 with input as _refused(4)
}

test_emergency_at_once if {
	some found in rule.finding with input as events.event("break_glass.refused", {"actor": "operator:dave"})
	found.case == "emergency"
	found.detail.count == 1
}

test_unknown_history_is_no_finding if {
	count(rule.finding) == 0 with input as events.event("subject_token.refused", {})
}

test_not_for_other_events if {
	count(rule.finding) == 0 with input as object.union(_refused(9), {"event": {"event": "request.received"}})
}
