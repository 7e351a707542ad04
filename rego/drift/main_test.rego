package lapse.drift_test

import data.lapse.drift
import data.lapse.lib.events_test as events

_returned := events.row({"kind": "reopened", "entity": "credential"})

test_composes if {
	found := drift.all with input as _returned
	{[one.id, one.severity] | some one in found} == {["reopened", "high"]}
}

test_data_silences_a_case if {
	count(drift.all) == 0 with input as _returned with data.lapse.levels.reopened.credential as "off"
}

test_data_allows_a_subject if {
	allowed := {"x": {"subjects": ["aws:user:x"], "rules": ["reopened"], "reason": "restored on purpose"}}
	count(drift.all) == 0 with input as _returned with data.lapse.allowed as allowed
}

test_total_on_any_input if drift.all == set() with input as {}
