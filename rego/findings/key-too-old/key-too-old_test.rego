package lapse.rules["key-too-old_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["key-too-old"] as rule

# 2026-03-01 less 90 days.
_edge := "2025-12-01T00:00:00Z"

_input(over) := samples.about(samples.user, {"credentials": [samples.key(over)]})

test_hit if {
	some found in rule.finding with input as _input({"createdAt": "2025-03-01T00:00:00Z"})
	found == {
		"id": "key-too-old",
		"subject": "aws:access-key:AKIAEXAMPLEEXAMPLE01",
		"case": "default",
		"detail": {"credential": "AKIA…LE01", "principal": "ci-deploy", "days": 365},
		"evidence": [{
			"fact": "created",
			"value": "2025-03-01T00:00:00Z",
			"location": {"path": "keys.json", "line": 7},
		}],
	}
}

test_privileged_case if {
	some found in rule.finding with input as object.union(
		_input({"createdAt": _edge}),
		{"effective": samples.effective({"admin": "yes"})},
	)
	found.case == "privileged"
}

test_threshold_edge if {
	count(rule.finding) == 1 with input as _input({"createdAt": _edge})
	count(rule.finding) == 0 with input as _input({"createdAt": "2025-12-01T00:00:01Z"})
}

test_threshold_is_data if {
	count(rule.finding) == 0 with input as _input({"createdAt": _edge}) with data.lapse.thresholds.key_age_days as 91
}

test_not_when_inactive if count(rule.finding) == 0 with input as _input({"createdAt": _edge, "status": "inactive"})

test_not_for_a_password if {
	count(rule.finding) == 0 with input as _input({"createdAt": _edge, "kind": "console-password"})
}

test_unknown_age_is_no_finding if {
	count(rule.finding) == 0 with input as samples.about(samples.user, {"credentials": [object.remove(
		samples.key({}),
		["createdAt"],
	)]})
}
