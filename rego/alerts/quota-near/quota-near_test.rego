package lapse.alert_rules["quota-near_test"]

import data.lapse.alert_rules["quota-near"] as rule
import data.lapse.lib.events_test as events

_active(used, limit) := object.union(
	events.event("lease.active", {"lease": "lse_1"}),
	{"history": {"quotas": {
		"requester": {"used": used, "limit": limit},
		"target": {"used": 1, "limit": 1000},
		"issuer": {"used": 1, "limit": 10000},
	}}},
)

test_threshold_edge if {
	some found in rule.finding with input as _active(16, 20)
	found.subject == "workload:repo:acme/shop"
	found.case == "requester"
	found.detail == {"key": "requester", "whose": "workload:repo:acme/shop", "used": 16, "limit": 20}
	count(rule.finding) == 0 with input as _active(15, 20)
}

test_each_quota_of_its_own if {
	quotas := {"target": {"used": 900, "limit": 1000}, "issuer": {"used": 9000, "limit": 10000}}
	all := rule.finding with input as object.union(_active(1, 20), {"history": {"quotas": quotas}})
	{found.subject | some found in all} == {"orders-db", "this issuer"}
}

test_unknown_history_is_no_finding if count(rule.finding) == 0 with input as events.event("lease.active", {})

test_not_for_other_events if {
	count(rule.finding) == 0 with input as object.union(_active(20, 20), {"event": {"event": "lease.dead"}})
}
