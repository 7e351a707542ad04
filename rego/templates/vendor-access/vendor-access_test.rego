package custom.access["vendor-access_test"]

import data.custom.access["vendor-access"] as policy

_input := {
	"now": "2026-03-03T10:00:00Z",
	"request": {
		"id": "req_1",
		"requester": {"kind": "workload", "issuer": "https://login.vendor.example", "subject": "pat", "owners": [], "claims": {"org": "vendor"}},
		"detail": {"type": "db_credential", "target": "billing-db", "actions": ["select"], "resources": ["billing.invoices"], "duration": 1800, "reason": "invoice 4711 is wrong", "ticket": "SUP-1"},
		"source_ip": "10.20.1.7",
	},
	"target": {"id": "billing-db", "type": "postgres", "environment": "production", "labels": {}, "principals": []},
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
	"targets": ["billing-db"],
	"vendors": {"vendor": {
		"members": [{"issuer": "https://login.vendor.example", "claims": {"org": "vendor"}}],
		"permits": [{"targets": ["billing-db"], "actions": ["select"], "resources": ["billing.invoices", "**"]}],
		"from": "2026-01-01T00:00:00Z",
		"until": "2026-12-31T00:00:00Z",
		"source_cidrs": ["10.20.0.0/16"],
		"sponsors": [{"from": "billing-owners", "count": 1}],
		"max_ttl": 1800,
	}},
	"ticket": {"states": ["approved"], "kinds": ["support"]},
	"reason_length": 10,
	"findings": ["third-party-trust-without-external-id"],
	"notify": ["vendor-management"],
}

_tickets := {"SUP-1": {"state": "approved", "kind": "support", "targets": ["billing-db"]}}

_with(change) := object.union(_input, change)

_asks(change) := object.union(_input, {"request": {"detail": change}})

_vendor := _settings.vendors.vendor

_set(change) := object.union(_settings, change)

# The answer to an input under settings; none where the policy says nothing.
_answers(asked, settings) := [answer |
	answer := policy.answer with input as asked
		with data.custom.access["vendor-access"].settings as settings
		with data.custom.tickets as _tickets
]

_cases := {
	"for a ticket": [_input, _settings, "escalate", ["vendor"]],
	"another action": [_asks({"actions": ["update"]}), _settings, "deny", ["role-missing"]],
	"no resource named": [_asks({"resources": []}), _settings, "deny", ["resources-not-named"]],
	"before the contract": [_with({"now": "2025-12-31T23:59:59Z"}), _settings, "deny", ["contract-ended"]],
	"after the contract": [_with({"now": "2026-12-31T00:00:00Z"}), _settings, "deny", ["contract-ended"]],
	# Refused by "the end is over", a contract that does not say when it ends would never do so.
	"a contract without an end": [_input, json.remove(_settings, ["/vendors/vendor/until"]), "deny", ["contract-ended"]],
	"from elsewhere": [_with({"request": {"source_ip": "192.0.2.1"}}), _settings, "deny", ["source-not-allowed"]],
	"no network named": [
		_input,
		_set({"vendors": {"vendor": {"source_cidrs": []}}}),
		"deny",
		["source-not-allowed"],
	],
	"nobody answers for them": [_input, _set({"vendors": {"vendor": {"sponsors": []}}}), "deny", ["sponsor-missing"]],
	"no reason": [_asks({"reason": "because"}), _settings, "deny", ["reason-required"]],
	"no ticket": [_asks({"ticket": "SUP-2"}), _settings, "deny", ["ticket-not-good"]],
	"a target that makes administrator": [_with({"risk": {"target_admin": {"if": []}}}), _settings, "deny", ["target-admin"]],
	"a target that nobody knows": [_with({"risk": null}), _settings, "deny", ["target-unknown"]],
	"a vendor with a finding": [
		_with({"risk": {"requester_findings": ["third-party-trust-without-external-id"]}}),
		_settings,
		"deny",
		["requester-findings"],
	],
	"a vendor that nobody knows": [json.remove(_input, ["/risk/requester_admin"]), _settings, "escalate", ["vendor"]],
	"somebody of two vendors": [
		_input,
		_set({"vendors": {"second": object.union(_vendor, {"max_ttl": 60})}}),
		"deny",
		["vendor-ambiguous"],
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
	every asked in [_with({"target": {"id": "other"}}), _with({"request": {"requester": {"claims": {"org": "else"}}}}), json.remove(_input, ["/request/requester/claims/org"]), {}] {
		_answers(asked, _settings) == []
	}
}

# Whatever was forgotten in the settings, or is not known of the request, does not help it.
_optional := {"findings", "notify"}

test_all_there_is_granted if _granted(_answers(_input, _settings))

test_without_a_setting[name] if {
	some name in (object.keys(_settings) - _optional)
	not _granted(_answers(_input, object.remove(_settings, [name])))
}

test_without_a_fact[path] if {
	some path in ["/now", "/risk", "/target", "/request/source_ip", "/request/detail/reason", "/request/detail/ticket", "/request/requester/claims"]
	not _granted(_answers(json.remove(_input, [path]), _settings))
}

_granted(answers) if answers[0].effect == "escalate"

test_the_sponsor_is_asked if {
	[answer] := _answers(_input, _settings)
	answer.approvals == [{"from": "billing-owners", "count": 1}]
	answer.source_cidrs == ["10.20.0.0/16"]
	answer.max_ttl == 1800
}

test_what_is_missing_of_a_vendor_never_helps if {
	every name in object.keys(_vendor) - {"members"} {
		[answer] := _answers(_input, json.remove(_settings, [["vendors", "vendor", name]]))
		answer.effect == "deny"
	}
}
