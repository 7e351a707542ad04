package lapse.alert_rules["review-overdue_test"]

import data.lapse.alert_rules["review-overdue"] as rule
import data.lapse.lib.events_test as events

_overdue := events.event("review.overdue", {"request": "req_1", "detail": {"review": "rev_1", "of": "dave"}})

test_hit if {
	some found in rule.finding with input as _overdue
	found.subject == "req_1"
	found.detail == {"who": "dave", "target": "orders-db"}
}

test_hit_without_more if count(rule.finding) == 1 with input as events.event("review.overdue", {})

test_not_for_other_events if count(rule.finding) == 0 with input as events.event("review.closed", {})
