package lapse.drift_rules["owner-lost_test"]

import data.lapse.drift_rules["owner-lost"] as rule
import data.lapse.lib.events_test as events

_owner(over) := events.row(object.union({"field": "owner", "before": {"value": "shop", "source": "tag"}}, over))

test_hit if {
	some found in rule.finding with input as _owner({"after": null})
	found.subject == "aws:user:x"
	count(rule.finding) == 1 with input as _owner({})
}

test_not_when_another_took_over if {
	count(rule.finding) == 0 with input as _owner({"after": {"value": "ops", "source": "tag"}})
}

test_not_when_there_was_none if count(rule.finding) == 0 with input as _owner({"before": null})

test_not_for_other_rows if {
	count(rule.finding) == 0 with input as _owner({"kind": "removed"})
	count(rule.finding) == 0 with input as _owner({"entity": "credential"})
	count(rule.finding) == 0 with input as _owner({"field": "name"})
}
