package lapse.alert_rules["repeated-denials_test"]

import data.lapse.alert_rules["repeated-denials"] as rule
import data.lapse.lib.events_test as events

_denied(name, repeats) := object.union(events.event(name, {"request": "req_1"}), {"history": {"repeats": repeats}})

test_threshold_edge if {
	some found in rule.finding with input as _denied("request.denied", 5)
	found.subject == "workload:repo:acme/shop"
	found.detail == {"count": 5, "event": "request.denied", "who": "workload:repo:acme/shop"}
	count(rule.finding) == 0 with input as _denied("request.denied", 4)
}

test_hit_for_sign_ins if count(rule.finding) == 1 with input as _denied("operator.sign_in_refused", 5)

test_not_for_other_events if count(rule.finding) == 0 with input as _denied("request.received", 5)

test_unknown_history_is_no_finding if count(rule.finding) == 0 with input as events.event("request.denied", {})
