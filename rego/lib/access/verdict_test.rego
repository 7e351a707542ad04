package lapse.lib.access.verdict_test

import data.lapse.lib.access.verdict

_limits := {"max_ttl": 60, "approvals": [{"from": "a", "count": 1}], "else": 1}

_granted := {
	"max_ttl": 60,
	"approvals": [{"from": "a", "count": 1}],
	"source_cidrs": [],
	"notify": [],
	"accepts": [],
}

test_of if {
	verdict.of({"b", "a"}, {"c"}, {"d"}, _limits) == {"effect": "deny", "reasons": ["a", "b"]}
	verdict.of(set(), {"c"}, {"d"}, _limits) == object.union(_granted, {"effect": "escalate", "reasons": ["c", "d"]})
	verdict.of(set(), set(), {"d"}, _limits) == object.union(_granted, {"effect": "allow", "reasons": ["d"]})
}

test_of_limits_that_not_all_have if {
	more := {"pending_ttl": 600, "narrower": [{"id": "read-only", "actions": ["read"]}]}
	limits := object.union(_limits, more)
	verdict.of(set(), {"c"}, set(), limits) == object.union_n([_granted, more, {"effect": "escalate", "reasons": ["c"]}])
}

# A limit that was forgotten is not the longest time.
test_without_time if {
	every limits in [{}, {"max_ttl": 0}, {"max_ttl": null}] {
		verdict.of(set(), set(), set(), limits) == {"effect": "deny", "reasons": ["settings-incomplete"]}
	}
}
