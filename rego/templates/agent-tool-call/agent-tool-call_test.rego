package custom.access["agent-tool-call_test"]

import data.custom.access["agent-tool-call"] as policy

_input := {
	"now": "2026-03-03T10:00:00Z",
	"request": {
		"id": "req_1",
		"requester": {"kind": "workload", "issuer": "https://agents.example.com", "subject": "agent:support:7", "owners": ["pat@example.com"], "claims": {"tool": "lookup", "act_for": "pat@example.com"}},
		"detail": {"type": "api_token", "target": "crm", "actions": ["read"], "resources": ["customers/7"], "duration": 300},
		"source_ip": "10.20.1.7",
	},
	"target": {"id": "crm", "type": "jwt", "environment": "production", "labels": {}, "principals": []},
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
	"targets": ["crm"],
	"agents": [{"issuer": "https://agents.example.com", "subject": "agent:support:*"}],
	"tool_claim": "tool",
	"user_claim": "act_for",
	"users": ["*@example.com"],
	"tools": {
		"lookup": {
			"automatic": true,
			"permits": [{"targets": ["crm"], "actions": ["read", "list"], "resources": ["customers/*"]}],
		},
		"refund": {"permits": [{"targets": ["crm"], "actions": ["refund"], "resources": ["orders/*"]}]},
	},
	"most_resources": 2,
	"most_requests_per_hour": 60,
	"max_ttl": 300,
	"approvals": [{"from": "support-leads", "count": 1}],
	"findings": ["secret-matches-privileged-credential"],
}

_with(change) := object.union(_input, change)

_asks(change) := object.union(_input, {"request": {"detail": change}})

_claims(change) := object.union(_input, {"request": {"requester": {"claims": change}}})

# The answer to an input under settings; none where the policy says nothing.
_answers(asked, settings) := [answer |
	answer := policy.answer with input as asked
		with data.custom.access["agent-tool-call"].settings as settings
]

_cases := {
	"a lookup": [_input, _settings, "allow", []],
	"a tool that changes something": [
		object.union(_asks({"actions": ["refund"], "resources": ["orders/9"]}), {"request": {"requester": {"claims": {"tool": "refund"}}}}),
		_settings,
		"escalate",
		["tool-asks"],
	],
	"an action of another tool": [_asks({"actions": ["refund"], "resources": ["orders/9"]}), _settings, "deny", ["tool-not-allowed"]],
	"an unknown tool": [_claims({"tool": "shell"}), _settings, "deny", ["tool-not-allowed"]],
	# Compared with a list of forbidden tools, a call that names none would have passed.
	"no tool": [json.remove(_input, ["/request/requester/claims/tool"]), _settings, "deny", ["tool-not-allowed"]],
	"for a stranger": [_claims({"act_for": "pat@example.net"}), _settings, "deny", ["user-not-allowed", "user-not-owner"]],
	"for somebody who could approve": [
		_with({"request": {"requester": {"owners": []}}}),
		_settings,
		"deny",
		["user-not-owner"],
	],
	"for nobody": [
		json.remove(_input, ["/request/requester/claims/act_for"]),
		_settings,
		"deny",
		["user-not-allowed", "user-not-owner"],
	],
	"two actions": [_asks({"actions": ["read", "list"]}), _settings, "deny", ["one-action"]],
	"many resources": [
		_asks({"resources": ["customers/1", "customers/2", "customers/3"]}),
		_settings,
		"deny",
		["resources-not-named"],
	],
	"all resources": [_asks({"resources": ["customers/*"]}), _settings, "deny", ["resources-not-named"]],
	"no resources": [_asks({"resources": []}), _settings, "deny", ["resources-not-named", "tool-not-allowed"]],
	"again and again": [_with({"history": {"recent_requests": 60}}), _settings, "deny", ["too-often"]],
	"a target that makes administrator": [_with({"risk": {"target_admin": {"if": ["x"]}}}), _settings, "deny", ["target-admin"]],
	"a target that nobody knows": [_with({"risk": null}), _settings, "deny", ["target-unknown"]],
	"an agent that nobody knows": [json.remove(_input, ["/risk/requester_admin"]), _settings, "allow", []],
	"an agent with a finding": [
		_with({"risk": {"requester_findings": ["secret-matches-privileged-credential"]}}),
		_settings,
		"deny",
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
	every asked in [_with({"target": {"id": "other"}}), _with({"request": {"requester": {"subject": "agent:sales:7"}}}), {}] {
		_answers(asked, _settings) == []
	}
}

# Whatever was forgotten in the settings, or is not known of the request, does not help it.
_optional := {"approvals", "findings"}

test_all_there_is_granted if _granted(_answers(_input, _settings))

test_without_a_setting[name] if {
	some name in (object.keys(_settings) - _optional)
	not _granted(_answers(_input, object.remove(_settings, [name])))
}

test_without_a_fact[path] if {
	some path in ["/risk", "/history", "/target", "/request/detail/actions", "/request/detail/resources", "/request/requester/owners", "/request/requester/claims"]
	not _granted(_answers(json.remove(_input, [path]), _settings))
}

_granted(answers) if answers[0].effect == "allow"
