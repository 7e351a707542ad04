package lapse.drift_rules["swap-went-backwards_test"]

import data.lapse.drift_rules["swap-went-backwards"] as rule
import data.lapse.lib.events_test as events

_moved(entity, field, before, after) := events.change(entity, field, {"before": before, "after": after})

test_hit if {
	some found in rule.finding with input as _moved("swap", "stage", "disabled", "bound")
	found.detail == {"name": "aws user x", "before": "disabled", "after": "bound"}
	found.evidence[0].value.stage == {"before": "disabled", "after": "bound"}
}

test_hit_by_a_key_that_is_on_again if {
	some found in rule.finding with input as _moved("credential", "status", "inactive", "active")
	found.detail.after == "active"
}

test_not_forwards if {
	count(rule.finding) == 0 with input as _moved("swap", "stage", "bound", "swapped")
	count(rule.finding) == 0 with input as _moved("credential", "status", "active", "inactive")
}

test_not_for_other_entities if {
	count(rule.finding) == 0 with input as _moved("credential", "stage", "disabled", "bound")
	count(rule.finding) == 0 with input as _moved("swap", "status", "inactive", "active")
}

test_not_for_what_is_new if {
	row := object.union(_moved("swap", "stage", "gone", "bound"), {"row": {"kind": "added"}})
	count(rule.finding) == 0 with input as row
}

test_unknown_is_no_finding if count(rule.finding) == 0 with input as _moved("credential", "status", "unknown", "active")
