package lapse.drift_rules["expiry-removed_test"]

import data.lapse.drift_rules["expiry-removed"] as rule
import data.lapse.lib.events_test as events

_june := "2026-06-01T00:00:00Z"

test_hit if {
	some found in rule.finding with input as events.change("credential", "expiresAt", {"before": _june})
	found.detail == {"name": "aws user x", "before": _june}
}

test_not_when_moved if {
	sides := {"before": _june, "after": "2027-06-01T00:00:00Z"}
	count(rule.finding) == 0 with input as events.change("credential", "expiresAt", sides)
}

test_not_when_there_was_none if {
	count(rule.finding) == 0 with input as events.change("credential", "expiresAt", {"after": _june})
}

test_not_for_other_changes if {
	count(rule.finding) == 0 with input as events.change("credential", "createdAt", {"before": _june})
	count(rule.finding) == 0 with input as events.change("principal", "expiresAt", {"before": _june})
}
