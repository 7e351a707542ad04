package lapse.alert_rules["revocation-failing_test"]

import data.lapse.alert_rules["revocation-failing"] as rule
import data.lapse.lib.events_test as events

_failed(attempts) := events.event("lease.revoke_failed", {
	"lease": "lse_1",
	"detail": {"attempts": attempts, "error": "ERR_TARGET_UNREACHABLE"},
})

test_hit if {
	some found in rule.finding with input as _failed(1)
	found.subject == "lse_1"
	found.case == "default"
	found.detail == {
		"lease": "lse_1",
		"target": "orders-db",
		"attempts": 1,
		"error": "ERR_TARGET_UNREACHABLE",
	}
}

test_threshold_edge if {
	some found in rule.finding with input as _failed(8)
	found.case == "persistent"
	some earlier in rule.finding with input as _failed(7)
	earlier.case == "default"
}

test_hit_without_detail if {
	some found in rule.finding with input as events.event("lease.revoke_failed", {})
	found.case == "default"
	found.detail.lease == "unknown"
}

test_not_for_other_events if count(rule.finding) == 0 with input as events.event("lease.dead", {})
