package lapse.alert_rules["self-approval-attempt_test"]

import data.lapse.alert_rules["self-approval-attempt"] as rule
import data.lapse.lib.events_test as events

_approval(name, detail, people) := object.union(
	events.event(name, {"actor": "operator:Alice", "request": "req_1", "detail": detail}),
	{"history": {"requesting_people": people}},
)

test_hit_when_refused if {
	some found in rule.finding with input as _approval("approval.refused", {"reason": "self"}, [])
	found.subject == "req_1"
	found.detail == {"who": "operator:Alice", "target": "orders-db"}
}

test_hit_when_it_got_through if count(rule.finding) == 1 with input as _approval("approval.given", {}, ["bob", "alice"])

test_not_when_refused_for_another_reason if {
	count(rule.finding) == 0 with input as _approval("approval.refused", {"reason": "not-eligible"}, ["alice"])
}

test_not_for_others if count(rule.finding) == 0 with input as _approval("approval.given", {}, ["bob"])

test_unknown_history_is_no_finding if count(rule.finding) == 0 with input as events.event("approval.given", {})
