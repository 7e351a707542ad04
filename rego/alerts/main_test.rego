package lapse.alerts_test

import data.lapse.alerts
import data.lapse.lib.events_test as events

test_composes if {
	found := alerts.all with input as events.event("static_key.refused", {"detail": {"reason": "unknown"}})
	{[one.id, one.severity] | some one in found} == {["static-key-refused", "medium"]}
}

test_data_silences_a_rule if {
	count(alerts.all) == 0 with input as events.event("orphan.found", {})
		with data.lapse.levels["orphan-found"].default as "off"
}

test_data_allows_a_subject if {
	allowed := {"drill": {"subjects": ["workload:**"], "rules": ["orphan-found"], "reason": "fire drill"}}
	count(alerts.all) == 0 with input as events.event("orphan.found", {}) with data.lapse.allowed as allowed
}

test_total_on_any_input if {
	alerts.all == set() with input as {}
	alerts.all == set() with input as object.union(events.event("request.denied", {}), {"history": []})
}
