package lapse.drift_rules.reopened_test

import data.lapse.drift_rules.reopened as rule
import data.lapse.lib.events_test as events

test_hit if {
	some found in rule.finding with input as events.row({"kind": "reopened", "entity": "secret"})
	found.subject == "aws:user:x"
	found.case == "secret"
	found.detail == {"entity": "secret", "name": "aws user x"}
}

test_not_when_new if count(rule.finding) == 0 with input as events.row({"kind": "added"})

test_not_when_changed if count(rule.finding) == 0 with input as events.change("secret", "inHead", {"after": true})
