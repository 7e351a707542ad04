package custom.access["key-swap_test"]

import data.custom.access["key-swap"] as policy

_input := {
	"now": "2026-03-03T10:00:00Z",
	"request": {
		"id": "req_1",
		"requester": {"kind": "static-key", "issuer": "lapse:static-key", "subject": "secret:4f0c", "owners": ["orders-team"], "claims": {}},
		"detail": {"type": "db_credential", "target": "orders-db", "actions": ["select"], "resources": ["orders.items"], "duration": 900},
		"source_ip": "10.20.1.7",
	},
	"target": {"id": "orders-db", "type": "postgres", "environment": "production", "labels": {}, "principals": []},
	"risk": {"requester_admin": "no", "requester_findings": [], "target_admin": "no", "target_findings": []},
	"history": {
		"recent_requests": 1,
		"recent_denials": 0,
		"first_use": false,
		"earlier": {
			"uses": 9,
			"sources": ["10.20.1.7"],
			"actions": ["select"],
			"hours": [9 | some _ in numbers.range(1, 24)],
		},
		"held": [],
	},
	"approvals": [],
}

# The tests do not depend on how data.yaml is filled in.
_settings := {
	"targets": ["orders-db"],
	"swaps": [_swap],
	"max_ttl": 900,
	"tolerate": ["first-use"],
}

_swap := {
	"secrets": ["secret:4f0c"],
	"permits": [{"targets": ["orders-db"], "actions": ["select"], "resources": ["orders.*"]}],
	"source_cidrs": ["10.20.0.0/16"],
	"ask_from": "2026-06-01T00:00:00Z",
	"refuse_from": "2026-07-01T00:00:00Z",
	"approvals": [{"from": "swap-board", "count": 1}],
	"notify": ["orders-team"],
}

_with(change) := object.union(_input, change)

_asks(change) := object.union(_input, {"request": {"detail": change}})

_set(change) := object.union(_settings, change)

# The answer to an input under settings; none where the policy says nothing.
_answers(asked, settings) := [answer |
	answer := policy.answer with input as asked
		with data.custom.access["key-swap"].settings as settings
]

_cases := {
	"while the swap lasts": [_input, _settings, "allow", ["static-key"]],
	"when it is due": [_with({"now": "2026-06-01T00:00:00Z"}), _settings, "escalate", ["static-key", "swap-due"]],
	"when it is overdue": [_with({"now": "2026-07-01T00:00:00Z"}), _settings, "deny", ["swap-overdue"]],
	# Refused by "the date is over", a swap without a date would last.
	"a swap without a date": [_input, _set({"swaps": [object.remove(_swap, ["refuse_from"])]}), "deny", ["swap-overdue"]],
	"a swap that never asks": [
		_input,
		_set({"swaps": [object.remove(_swap, ["ask_from"])]}),
		"escalate",
		["static-key", "swap-due"],
	],
	"another key": [
		_with({"request": {"requester": {"subject": "secret:4f0c9"}}}),
		_settings,
		"deny",
		["no-swap", "role-missing", "source-not-allowed", "swap-overdue"],
	],
	"a key of two swaps": [
		_input,
		_set({"swaps": [_swap, object.union(_swap, {"max_ttl": 60})]}),
		"deny",
		["no-swap", "role-missing", "source-not-allowed", "swap-overdue"],
	],
	"more than the key did": [_asks({"actions": ["update"]}), _settings, "deny", ["role-missing"]],
	"from elsewhere": [_with({"request": {"source_ip": "192.0.2.1"}}), _settings, "deny", ["source-not-allowed"]],
	"no network named": [_input, _set({"swaps": [object.union(_swap, {"source_cidrs": []})]}), "deny", ["source-not-allowed"]],
	"from a new place": [
		_with({"request": {"source_ip": "10.20.200.1"}}),
		_settings,
		"escalate",
		["new-source", "static-key"],
	],
	"the first one": [_with({"history": {"first_use": true}}), _settings, "allow", ["static-key"]],
}

test_cases[name] if {
	some name, case in _cases
	[asked, settings, effect, reasons] := case
	[answer] := _answers(asked, settings)
	answer.effect == effect
	answer.reasons == reasons
}

test_says_nothing_of_others if {
	every asked in [_with({"target": {"id": "other"}}), _with({"request": {"requester": {"kind": "workload"}}}), {}] {
		_answers(asked, _settings) == []
	}
}

# Whatever was forgotten in the settings, or is not known of the request, does not help it.
_optional := {"tolerate"}

test_all_there_is_granted if _granted(_answers(_input, _settings))

test_without_a_setting[name] if {
	some name in (object.keys(_settings) - _optional)
	not _granted(_answers(_input, object.remove(_settings, [name])))
}

test_without_a_fact[path] if {
	some path in ["/now", "/history", "/target", "/request/source_ip", "/request/detail/actions", "/request/requester/subject"]
	not _granted(_answers(json.remove(_input, [path]), _settings))
}

_granted(answers) if answers[0].effect == "allow"

test_limits_are_those_of_the_swap if {
	[answer] := _answers(_input, _settings)
	answer.max_ttl == 900
	answer.source_cidrs == ["10.20.0.0/16"]
	answer.approvals == [{"from": "swap-board", "count": 1}]
	answer.notify == ["orders-team"]
}
