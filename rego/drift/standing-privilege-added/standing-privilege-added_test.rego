package lapse.drift_rules["standing-privilege-added_test"]

import data.lapse.drift_rules["standing-privilege-added"] as rule
import data.lapse.lib.events_test as events

_finding(kind, over) := events.row(object.union(
	{"kind": kind, "entity": "finding", "id": "f1", "name": "Administrator: x", "body": {"rule": "admin-standing"}},
	over,
))

test_hit if {
	some found in rule.finding with input as _finding("added", {"location": {"path": "export.json", "line": 42}})
	found == {
		"id": "standing-privilege-added",
		"subject": "f1",
		"detail": {"name": "Administrator: x", "rule": "admin-standing"},
		"evidence": [{
			"fact": "finding added",
			"value": {},
			"source": "aws:export",
			"as_of": "2026-02-01T00:00:00Z",
			"location": {"path": "export.json", "line": 42},
		}],
	}
	count(rule.finding) == 1 with input as _finding("reopened", {})
}

test_not_when_it_goes if count(rule.finding) == 0 with input as _finding("removed", {})

test_not_for_other_findings if {
	count(rule.finding) == 0 with input as _finding("added", {"body": {"rule": "owner-missing"}})
}

test_not_for_other_entities if count(rule.finding) == 0 with input as _finding("added", {"entity": "grant"})
