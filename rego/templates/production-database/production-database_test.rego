package custom.access["production-database_test"]

import data.custom.access["production-database"] as policy

_input := {
	"now": "2026-03-03T10:00:00Z",
	"request": {
		"id": "req_1",
		"requester": {"kind": "operator", "issuer": "https://lapse.example.com", "subject": "carol", "owners": ["carol"], "claims": {}},
		"detail": {"type": "db_credential", "target": "orders-db", "actions": ["select"], "resources": ["orders.items"], "duration": 3600, "reason": "customer asks for an invoice", "ticket": "OPS-1"},
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
	"environments": ["production"],
	"roles": {"engineer": {
		"members": [{"kind": "operator", "subject": "carol"}],
		"permits": [{"targets": ["orders-db"], "actions": ["select", "update"], "resources": ["orders.*"]}],
	}},
	"read_actions": ["select"],
	"reason_length": 10,
	"ticket": {"states": ["approved"], "kinds": ["change"]},
	"office_hours": [{"days": ["tue"], "from": "08:00", "until": "18:00", "timezone": "UTC"}],
	"max_ttl": 3600,
	"approvals": [{"from": "dba", "count": 1}],
	"writing": {"max_ttl": 900, "approvals": [{"from": "dba", "count": 1}, {"from": "service-owners", "count": 1}]},
	"freezes": [{"id": "f", "from": "2026-03-10T00:00:00Z", "until": "2026-03-11T00:00:00Z"}],
	"duties": [["orders-db", "ledger-db"]],
	"tolerate": ["first-action"],
	"findings": ["user-has-password-and-key"],
}

_tickets := {
	"OPS-1": {"state": "approved", "kind": "change", "targets": ["orders-db"]},
	"OPS-2": {"state": "closed", "kind": "change", "targets": ["orders-db"]},
	"OPS-3": {"state": "approved", "kind": "change", "targets": ["ledger-db"]},
	"OPS-4": {"state": "approved", "kind": "change", "targets": ["orders-db"], "until": "2026-03-01T00:00:00Z"},
}

_with(change) := object.union(_input, change)

_asks(change) := object.union(_input, {"request": {"detail": change}})

_lease(target) := {"target": target, "actions": ["select"], "expires_at": "2026-03-04T02:00:00Z"}

_set(change) := object.union(_settings, change)

# The answer to an input under settings; none where the policy says nothing.
_answers(asked, settings) := [answer |
	answer := policy.answer with input as asked
		with data.custom.access["production-database"].settings as settings
		with data.custom.tickets as _tickets
]

_cases := {
	"reading": [_input, _settings, "allow", []],
	"writing": [_asks({"actions": ["select", "update"]}), _settings, "escalate", ["writing"]],
	# Named by what writes, an action that nobody thought of would be reading.
	"what nobody called reading": [_asks({"actions": ["update"]}), _set({"read_actions": []}), "escalate", ["writing"]],
	"at night": [_with({"now": "2026-03-03T20:00:00Z"}), _settings, "escalate", ["outside-hours"]],
	"on another day": [_with({"now": "2026-03-04T10:00:00Z"}), _settings, "escalate", ["outside-hours"]],
	"no role": [_with({"request": {"requester": {"subject": "mallory"}}}), _settings, "deny", ["role-missing"]],
	"other tables": [_asks({"resources": ["orders.items", "users"]}), _settings, "deny", ["role-missing"]],
	"no reason": [json.remove(_input, ["/request/detail/reason"]), _settings, "deny", ["reason-required"]],
	"a reason of blanks": [_asks({"reason": "              "}), _settings, "deny", ["reason-required"]],
	"no ticket": [json.remove(_input, ["/request/detail/ticket"]), _settings, "deny", ["ticket-not-good"]],
	"an unknown ticket": [_asks({"ticket": "OPS-9"}), _settings, "deny", ["ticket-not-good"]],
	"a ticket that is closed": [_asks({"ticket": "OPS-2"}), _settings, "deny", ["ticket-not-good"]],
	"a ticket of another target": [_asks({"ticket": "OPS-3"}), _settings, "deny", ["ticket-not-good"]],
	"a ticket whose time is over": [_asks({"ticket": "OPS-4"}), _settings, "deny", ["ticket-not-good"]],
	"another environment": [_with({"target": {"environment": "staging"}}), _settings, "deny", ["environment-mismatch"]],
	"writing in a freeze": [
		object.union(_asks({"actions": ["update"]}), {"now": "2026-03-10T10:00:00Z"}),
		_settings,
		"deny",
		["change-freeze"],
	],
	"reading in a freeze": [_with({"now": "2026-03-10T10:00:00Z"}), _settings, "allow", []],
	"beside the other duty": [_with({"history": {"held": [_lease("ledger-db")]}}), _settings, "deny", ["duties-conflict"]],
	"beside the same": [_with({"history": {"held": [_lease("orders-db")]}}), _settings, "allow", []],
	"beside something else": [_with({"history": {"held": [_lease("wiki")]}}), _settings, "allow", []],
	"the first one": [_with({"history": {"first_use": true}}), _settings, "escalate", ["first-use"]],
	"a database that makes administrator": [_with({"risk": {"target_admin": "yes"}}), _settings, "escalate", ["target-admin"]],
	"a person with a finding": [
		_with({"risk": {"requester_findings": ["user-has-password-and-key"]}}),
		_settings,
		"escalate",
		["requester-findings"],
	],
	"no limits for writing": [
		_asks({"actions": ["update"]}),
		object.remove(_settings, ["writing"]),
		"deny",
		["settings-incomplete"],
	],
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
_optional := {"approvals", "duties", "findings", "freezes", "tolerate", "writing"}

test_all_there_is_granted if _granted(_answers(_input, _settings))

test_without_a_setting[name] if {
	some name in (object.keys(_settings) - _optional)
	not _granted(_answers(_input, object.remove(_settings, [name])))
}

test_without_a_fact[path] if {
	some path in ["/now", "/risk", "/history", "/history/held", "/target", "/request/source_ip", "/request/detail/reason", "/request/requester/subject"]
	not _granted(_answers(json.remove(_input, [path]), _settings))
}

_granted(answers) if answers[0].effect == "allow"

test_writing_is_shorter_and_takes_two_groups if {
	[answer] := _answers(_asks({"actions": ["update"]}), _settings)
	answer.max_ttl == 900
	answer.approvals == [{"from": "dba", "count": 1}, {"from": "service-owners", "count": 1}]
}
