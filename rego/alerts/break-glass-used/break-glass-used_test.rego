package lapse.alert_rules["break-glass-used_test"]

import data.lapse.alert_rules["break-glass-used"] as rule
import data.lapse.lib.events_test as events

_used := events.event("break_glass.used", {"actor": "operator:dave", "request": "req_1"})

test_hit if {
	some found in rule.finding with input as _used
	found.subject == "req_1"
	found.detail == {"who": "operator:dave", "target": "orders-db"}
}

# A use that was refused is no use.
test_not_for_other_events if {
	every name in ["request.denied", "lease.active", "policy.evaluated"] {
		count(rule.finding) == 0 with input as object.union(_used, {"event": {"event": name}})
	}
}
