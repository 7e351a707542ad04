package lapse.drift_rules["owner-lost_test"]

import data.lapse.drift_rules["owner-lost"] as rule
import data.lapse.lib.events_test as events

_owner := {"value": "shop", "source": "tag"}

test_hit if {
	some found in rule.finding with input as events.change("principal", "owner", {"before": _owner})
	found.subject == "aws:user:x"
	found.detail == {"name": "aws user x", "owner": "shop"}
}

test_not_when_another_took_over if {
	sides := {"before": _owner, "after": {"value": "ops", "source": "tag"}}
	count(rule.finding) == 0 with input as events.change("principal", "owner", sides)
}

test_not_when_there_was_none if {
	count(rule.finding) == 0 with input as events.change("principal", "owner", {"after": _owner})
}

test_not_for_other_changes if {
	count(rule.finding) == 0 with input as events.change("principal", "name", {"before": _owner})
	count(rule.finding) == 0 with input as events.change("credential", "owner", {"before": _owner})
}

test_not_when_the_principal_went_too if {
	row := object.union(events.change("principal", "owner", {"before": _owner}), {"row": {"kind": "removed"}})
	count(rule.finding) == 0 with input as row
}
