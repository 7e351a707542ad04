package lapse.drift_rules.reopened_test

import data.lapse.drift_rules.reopened as rule
import data.lapse.lib.events_test as events

test_hit if {
	some found in rule.finding with input as events.row({
		"kind": "reopened",
		"entity": "secret",
		"id": "secret:1",
		"source": "secrets:repo",
		"since": "2026-02-01T00:00:00Z",
		"cause": {"file": "deploy/.env", "commit": "c1"},
	})
	found == {
		"id": "reopened",
		"subject": "secret:1",
		"case": "secret",
		"detail": {"entity": "secret", "id": "secret:1"},
		"evidence": [{
			"fact": "secret reopened",
			"value": {"before": null, "after": null},
			"source": "secrets:repo",
			"as_of": "2026-02-01T00:00:00Z",
			"location": {"path": "deploy/.env"},
		}],
	}
}

test_not_when_new if count(rule.finding) == 0 with input as events.row({"kind": "added"})
