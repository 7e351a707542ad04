package lapse.alert_rules["static-key-refused_test"]

import data.lapse.alert_rules["static-key-refused"] as rule
import data.lapse.lib.events_test as events

test_hit if {
	some found in rule.finding with input as events.event("static_key.refused", {
		"actor": "static-key:secret:1",
		"detail": {"reason": "not-bound", "secret": "secret:1"},
	})
	found == {
		"id": "static-key-refused",
		"subject": "static-key:secret:1",
		"case": "default",
		"detail": {"target": "orders-db", "reason": "not-bound"},
		"evidence": [{
			"fact": "static_key.refused",
			"value": {"chain": "daemon-1", "seq": 7, "reason": "not-bound", "secret": "secret:1"},
			"source": "audit",
			"as_of": "2026-03-01T00:00:00Z",
			"confidence": "high",
		}],
	}
}

test_unknown_key_is_a_case_of_its_own if {
	some found in rule.finding with input as events.event("static_key.refused", {"detail": {"reason": "unknown"}})
	found.case == "unknown_key"
}

test_not_when_used if count(rule.finding) == 0 with input as events.event("static_key.used", {})
