package custom.access["ci-deploy_test"]

import data.custom.access["ci-deploy"] as policy

_input := {
	"now": "2026-03-03T10:00:00Z",
	"request": {
		"id": "req_1",
		"requester": {"kind": "workload", "issuer": "https://ci.example.com", "subject": "repo:acme/orders:environment:production", "owners": ["alice"], "claims": {"ref": "refs/heads/main", "event_name": "push", "runner_environment": "hosted"}},
		"detail": {"type": "api_token", "target": "orders-api", "actions": ["deploy"], "resources": [], "duration": 900},
		"source_ip": "10.20.1.7",
	},
	"target": {"id": "orders-api", "type": "jwt", "environment": "production", "labels": {}, "principals": []},
	"risk": {"requester_admin": "no", "requester_findings": [], "target_admin": "no", "target_findings": []},
	"history": {
		"recent_requests": 1,
		"recent_denials": 0,
		"first_use": false,
		"earlier": {
			"uses": 9,
			"sources": ["10.20.1.7"],
			"actions": ["deploy"],
			"hours": [9 | some _ in numbers.range(1, 24)],
		},
		"held": [],
	},
	"approvals": [],
}

# The tests do not depend on how data.yaml is filled in.
_settings := {
	"targets": ["orders-api"],
	"environments": ["production"],
	"roles": {"deployer": {
		"members": [{"issuer": "https://ci.example.com", "subject": "repo:acme/orders:environment:production"}],
		"permits": [{"targets": ["orders-api"], "actions": ["deploy", "rollback"], "resources": ["**"]}],
	}},
	"claims": {"ref": "refs/heads/main", "event_name": ["push", "workflow_dispatch"], "runner_environment": "hosted"},
	"max_ttl": 900,
	"approvals": [{"from": "release-managers", "count": 1}],
	"ask_for_actions": ["rollback"],
	"freezes": [{"id": "f", "from": "2026-03-01T00:00:00Z", "until": "2026-03-02T00:00:00Z"}],
	"tolerate": ["first-action"],
	"findings": ["workflow-dangerous-trigger"],
}

_with(change) := object.union(_input, change)

_asks(change) := object.union(_input, {"request": {"detail": change}})

_subject := "repo:acme/orders:environment:production"

_claimed(claims, subject) := _with({"request": {"requester": {"claims": claims, "subject": subject}}})

_set(change) := object.union(_settings, change)

# The answer to an input under settings; none where the policy says nothing.
_answers(asked, settings) := [answer |
	answer := policy.answer with input as asked
		with data.custom.access["ci-deploy"].settings as settings
]

_cases := {
	"a deploy": [_input, _settings, "allow", []],
	"an action that is asked about": [_asks({"actions": ["rollback"]}), _settings, "escalate", ["action-asks"]],
	"an action without permit": [_asks({"actions": ["deploy", "drop"]}), _settings, "deny", ["role-missing"]],
	"another repository": [_claimed({}, "repo:acme/other:environment:production"), _settings, "deny", ["role-missing"]],
	"a name that begins alike": [_claimed({}, "repo:acme/orders:environment:production-test"), _settings, "deny", ["role-missing"]],
	"another branch": [_claimed({"ref": "refs/heads/fix"}, _subject), _settings, "deny", ["claims-missing"]],
	"a pull request": [_claimed({"event_name": "pull_request_target"}, _subject), _settings, "deny", ["claims-missing"]],
	# Compared with "is not hosted", a token that does not say would have passed.
	"no word of the runner": [
		json.remove(_input, ["/request/requester/claims/runner_environment"]),
		_settings,
		"deny",
		["claims-missing"],
	],
	"no claims named": [_input, object.union(object.remove(_settings, ["claims"]), {"claims": {}}), "deny", ["claims-missing"]],
	"a target of another environment": [_with({"target": {"environment": "staging"}}), _settings, "deny", ["environment-mismatch"]],
	"a target of no environment": [json.remove(_input, ["/target/environment"]), _settings, "deny", ["environment-mismatch"]],
	"in a freeze": [_with({"now": "2026-03-01T10:00:00Z"}), _settings, "deny", ["change-freeze"]],
	"the end of a freeze": [_with({"now": "2026-03-02T00:00:00Z"}), _settings, "allow", []],
	"the first one": [_with({"history": {"first_use": true}}), _settings, "escalate", ["first-use"]],
	"from a new network": [_with({"request": {"source_ip": "192.0.2.1"}}), _settings, "escalate", ["new-source"]],
	"from a new network, tolerated": [
		_with({"request": {"source_ip": "192.0.2.1"}}),
		_set({"tolerate": ["new-source"]}),
		"allow",
		[],
	],
	"a target that makes administrator": [_with({"risk": {"target_admin": {"if": ["x"]}}}), _settings, "escalate", ["target-admin"]],
	"a requester with a finding": [
		_with({"risk": {"requester_findings": ["workflow-dangerous-trigger", "key-too-old"]}}),
		_settings,
		"escalate",
		["requester-findings"],
	],
	"an inventory that knows nobody": [_with({"risk": null}), _settings, "escalate", ["requester-unknown", "target-unknown"]],
	"a refusal and a ground to ask": [
		_with({"risk": null, "target": {"environment": "staging"}}),
		_settings,
		"deny",
		["environment-mismatch"],
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
	every asked in [_with({"target": {"id": "other"}}), _with({"request": {"requester": {"kind": "operator"}}}), {}] {
		_answers(asked, _settings) == []
	}
}

# Whatever was forgotten in the settings, or is not known of the request, does not help it.
_optional := {"approvals", "ask_for_actions", "findings", "tolerate"}

test_all_there_is_granted if _granted(_answers(_input, _settings))

test_without_a_setting[name] if {
	some name in (object.keys(_settings) - _optional)
	not _granted(_answers(_input, object.remove(_settings, [name])))
}

test_without_a_fact[path] if {
	some path in ["/now", "/risk", "/history", "/history/earlier", "/target", "/request/source_ip", "/request/detail/actions", "/request/requester/claims", "/request/requester/subject"]
	not _granted(_answers(json.remove(_input, [path]), _settings))
}

_granted(answers) if answers[0].effect == "allow"
