package lapse.alert_rules["new-source-network_test"]

import data.lapse.alert_rules["new-source-network"] as rule
import data.lapse.lib.events_test as events

_active(source, sources, uses) := object.union(
	events.event("lease.active", {"lease": "lse_1"}),
	{"history": {
		"source_ip": source,
		"habits": {
			"uses": uses,
			"sources": sources,
			"hours": [],
			"recent_requests": 1,
			"recent_leases": 1,
			"usual_leases": 0,
		},
	}},
)

test_hit if {
	some found in rule.finding with input as _active("198.51.100.7", ["10.2.3.4"], 5)
	found.subject == "workload:repo:acme/shop"
	found.detail.source == "198.51.100.7"
	count(rule.finding) == 1 with input as _active("2001:db8:2::1", ["2001:db8:1::1", "10.2.3.4"], 5)
}

test_not_from_the_same_network if {
	count(rule.finding) == 0 with input as _active("10.2.3.200", ["192.0.2.1", "10.2.3.4"], 5)
	count(rule.finding) == 0 with input as _active("2001:db8:1:9::1", ["2001:db8:1::1"], 5)
}

test_not_before_it_is_known if count(rule.finding) == 0 with input as _active("198.51.100.7", ["10.2.3.4"], 4)

test_unknown_history_is_no_finding if count(rule.finding) == 0 with input as events.event("lease.active", {})

test_not_for_other_events if {
	other := object.union(_active("198.51.100.7", ["10.2.3.4"], 5), {"event": {"event": "lease.dead"}})
	count(rule.finding) == 0 with input as other
}
