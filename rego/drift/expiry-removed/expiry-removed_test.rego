package lapse.drift_rules["expiry-removed_test"]

import data.lapse.drift_rules["expiry-removed"] as rule
import data.lapse.lib.events_test as events

_expiry(over) := events.row(object.union(
	{"entity": "credential", "id": "k", "field": "expiresAt", "before": "2026-06-01T00:00:00Z"},
	over,
))

test_hit if {
	some found in rule.finding with input as _expiry({"after": null})
	found.subject == "k"
	found.detail == {"id": "k", "before": "2026-06-01T00:00:00Z"}
	count(rule.finding) == 1 with input as _expiry({})
}

test_not_when_moved if count(rule.finding) == 0 with input as _expiry({"after": "2027-06-01T00:00:00Z"})

test_not_when_there_was_none if count(rule.finding) == 0 with input as _expiry({"before": null})

test_not_for_other_rows if {
	count(rule.finding) == 0 with input as _expiry({"kind": "removed"})
	count(rule.finding) == 0 with input as _expiry({"entity": "principal"})
	count(rule.finding) == 0 with input as _expiry({"field": "createdAt"})
}
