package custom.access["nightly-job_test"]

import data.custom.access["nightly-job"] as policy

_input := {
	"now": "2026-03-04T01:30:00Z",
	"request": {
		"id": "req_1",
		"requester": {"kind": "workload", "issuer": "https://k8s.example.com", "subject": "system:serviceaccount:orders:export", "owners": [], "claims": {}},
		"detail": {"type": "db_credential", "target": "orders-db", "actions": ["select"], "resources": ["orders.items"], "duration": 3600},
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
	"roles": {"exporter": {
		"members": [{"issuer": "https://k8s.example.com", "subject": "system:serviceaccount:orders:export"}],
		"permits": [{"targets": ["orders-db"], "actions": ["select"], "resources": ["orders.*"]}],
	}},
	"windows": [{"days": ["tue"], "from": "23:00", "until": "04:00", "timezone": "UTC"}],
	"source_cidrs": ["10.20.0.0/16"],
	"most_leases": 1,
	"max_ttl": 3600,
	"approvals": [{"from": "data-platform", "count": 1}],
	"tolerate": ["requester-unknown"],
	"findings": ["default-service-account-bound"],
}

_with(change) := object.union(_input, change)

_asks(change) := object.union(_input, {"request": {"detail": change}})

_lease(target) := {"target": target, "actions": ["select"], "expires_at": "2026-03-04T02:00:00Z"}

_set(change) := object.union(_settings, change)

# The answer to an input under settings; none where the policy says nothing.
_answers(asked, settings) := [answer |
	answer := policy.answer with input as asked
		with data.custom.access["nightly-job"].settings as settings
]

_cases := {
	"at night": [_input, _settings, "allow", []],
	"before midnight": [_with({"now": "2026-03-03T23:00:00Z"}), _settings, "allow", []],
	# Compared with "not before 23:00 and not after 04:00", a window over midnight would be empty, or always.
	"in the afternoon": [_with({"now": "2026-03-03T15:00:00Z"}), _settings, "deny", ["outside-window"]],
	"when the window ends": [_with({"now": "2026-03-04T04:00:00Z"}), _settings, "deny", ["outside-window"]],
	"the night before": [_with({"now": "2026-03-03T02:00:00Z"}), _settings, "deny", ["outside-window"]],
	"more than its role": [_asks({"actions": ["select", "update"]}), _settings, "deny", ["role-missing"]],
	"all resources": [_asks({"resources": []}), _settings, "deny", ["role-missing"]],
	"from elsewhere": [_with({"request": {"source_ip": "10.21.0.1"}}), _settings, "deny", ["source-not-allowed"]],
	"no network named": [_input, _set({"source_cidrs": []}), "deny", ["source-not-allowed"]],
	"beside its own lease": [_with({"history": {"held": [_lease("orders-db")]}}), _settings, "deny", ["lease-held"]],
	"beside a lease elsewhere": [_with({"history": {"held": [_lease("other-db")]}}), _settings, "allow", []],
	"the first one": [_with({"history": {"first_use": true}}), _settings, "escalate", ["first-use"]],
	"from another part of its network": [_with({"request": {"source_ip": "10.20.9.9"}}), _settings, "escalate", ["new-source"]],
	"at an unusual hour": [
		_with({"history": {"earlier": {"hours": array.concat([0, 0, 0, 0], [1 | some _ in numbers.range(5, 24)])}}}),
		_settings,
		"escalate",
		["unusual-hour"],
	],
	"a target that nobody knows": [json.remove(_input, ["/risk/target_admin"]), _settings, "escalate", ["target-unknown"]],
	"a job that nobody knows": [json.remove(_input, ["/risk/requester_admin"]), _settings, "allow", []],
	"an account with a finding": [
		_with({"risk": {"requester_findings": ["default-service-account-bound"]}}),
		_settings,
		"escalate",
		["requester-findings"],
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
	every asked in [_with({"target": {"id": "other"}}), _with({"request": {"requester": {"kind": "static-key"}}}), {}] {
		_answers(asked, _settings) == []
	}
}

# Whatever was forgotten in the settings, or is not known of the request, does not help it.
_optional := {"approvals", "findings", "tolerate"}

test_all_there_is_granted if _granted(_answers(_input, _settings))

test_without_a_setting[name] if {
	some name in (object.keys(_settings) - _optional)
	not _granted(_answers(_input, object.remove(_settings, [name])))
}

test_without_a_fact[path] if {
	some path in ["/now", "/risk", "/history", "/history/held", "/target", "/request/source_ip", "/request/detail/actions", "/request/detail/resources", "/request/requester/subject"]
	not _granted(_answers(json.remove(_input, [path]), _settings))
}

_granted(answers) if answers[0].effect == "allow"
