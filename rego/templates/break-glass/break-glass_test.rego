package custom.access["break-glass_test"]

import data.custom.access["break-glass"] as policy

_input := {
	"now": "2026-03-03T10:00:00Z",
	"request": {
		"id": "req_1",
		"requester": {"kind": "operator", "issuer": "https://lapse.example.com", "subject": "dave", "owners": ["dave"], "claims": {"auth_time": 1772532000}},
		"detail": {"type": "db_credential", "target": "orders-db-emergency", "actions": ["update"], "resources": ["orders.items"], "duration": 900, "reason": "checkout is down, stuck locks", "ticket": "INC-1", "break_glass": true},
		"source_ip": "10.20.1.7",
	},
	"target": {"id": "orders-db-emergency", "type": "postgres", "environment": "production", "labels": {}, "principals": []},
	"risk": {"requester_admin": "no", "requester_findings": [], "target_admin": "no", "target_findings": []},
	"history": {
		"recent_requests": 1,
		"recent_denials": 0,
		"first_use": false,
		"earlier": {
			"uses": 9,
			"sources": ["10.20.1.7"],
			"actions": ["read"],
			"hours": [9 | some _ in numbers.range(1, 24)],
		},
		"held": [],
	},
	"approvals": [],
}

# The tests do not depend on how data.yaml is filled in.
_settings := {
	"targets": ["orders-db-emergency"],
	"roles": {"on-call": {
		"members": [{"kind": "operator", "subject": "dave"}, {"subject": "ci"}],
		"permits": [{"targets": ["orders-db-emergency"], "actions": ["update"], "resources": ["**"]}],
	}},
	"sign_in_age": 300,
	"reason_length": 20,
	"ticket": {"states": ["open"], "kinds": ["incident"]},
	"most_requests_per_hour": 3,
	"max_ttl": 900,
	"notify": ["security"],
}

_tickets := {
	"INC-1": {"state": "open", "kind": "incident", "targets": ["orders-db-emergency"]},
	"INC-2": {"state": "closed", "kind": "incident", "targets": ["orders-db-emergency"]},
	"OPS-1": {"state": "open", "kind": "change", "targets": ["orders-db-emergency"]},
}

_with(change) := object.union(_input, change)

_asks(change) := object.union(_input, {"request": {"detail": change}})

_set(change) := object.union(_settings, change)

# The answer to an input under settings; none where the policy says nothing.
_answers(asked, settings) := [answer |
	answer := policy.answer with input as asked
		with data.custom.access["break-glass"].settings as settings
		with data.custom.tickets as _tickets
]

_cases := {
	"an emergency": [_input, _settings, "allow", ["break-glass"]],
	"signed in five minutes ago": [_with({"now": "2026-03-03T10:05:00Z"}), _settings, "allow", ["break-glass"]],
	"signed in longer ago": [_with({"now": "2026-03-03T10:05:01Z"}), _settings, "deny", ["sign-in-again"]],
	"signed in tomorrow": [_with({"now": "2026-03-03T09:58:00Z"}), _settings, "deny", ["sign-in-again"]],
	# Refused by "signed in too long ago", nobody who does not say when would be.
	"signed in nobody knows when": [
		json.remove(_input, ["/request/requester/claims/auth_time"]),
		_settings,
		"deny",
		["sign-in-again"],
	],
	"a machine": [
		_with({"request": {"requester": {"kind": "workload", "subject": "ci"}}}),
		_settings,
		"deny",
		["not-a-person"],
	],
	"not on call": [_with({"request": {"requester": {"subject": "alice"}}}), _settings, "deny", ["role-missing"]],
	"a short reason": [_asks({"reason": "it is urgent"}), _settings, "deny", ["reason-required"]],
	"no incident": [_asks({"ticket": "OPS-1"}), _settings, "deny", ["incident-required"]],
	"an incident that is over": [_asks({"ticket": "INC-2"}), _settings, "deny", ["incident-required"]],
	"again and again": [_with({"history": {"recent_requests": 3}}), _settings, "deny", ["too-often"]],
	"what makes administrator": [_with({"risk": {"target_admin": "yes"}}), _settings, "allow", ["break-glass"]],
	"no time": [_input, _set({"max_ttl": 0}), "deny", ["settings-incomplete"]],
}

test_cases[name] if {
	some name, case in _cases
	[asked, settings, effect, reasons] := case
	[answer] := _answers(asked, settings)
	answer.effect == effect
	answer.reasons == reasons
}

test_takes_lapse_break_glass if {
	[answer] := _answers(json.remove(_input, ["/request/detail/break_glass"]), _settings)
	answer.reasons == ["break-glass-not-declared"]
}

test_says_nothing_of_others if {
	every asked in [_with({"target": {"id": "orders-db"}}), {}] {
		_answers(asked, _settings) == []
	}
}

# Whatever was forgotten in the settings, or is not known of the request, does not help it.
_optional := {"notify"}

test_all_there_is_granted if _granted(_answers(_input, _settings))

test_without_a_setting[name] if {
	some name in (object.keys(_settings) - _optional)
	not _granted(_answers(_input, object.remove(_settings, [name])))
}

test_without_a_fact[path] if {
	some path in ["/now", "/history", "/target", "/request/requester/kind", "/request/requester/claims", "/request/detail/reason", "/request/detail/ticket"]
	not _granted(_answers(json.remove(_input, [path]), _settings))
}

_granted(answers) if answers[0].effect == "allow"

test_it_is_loud_and_passes_over_grounds if {
	[answer] := _answers(_input, _settings)
	answer.notify == ["security"]
	answer.accepts == ["break-glass", "change-freeze", "recent-denials", "requester-admin", "requester-findings", "target-admin"]
}
