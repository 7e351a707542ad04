package lapse.access_test

import data.lapse.access

_issuer := "https://ci.example.com"

_input := {
	"now": "2026-03-01T00:00:00Z",
	"request": {
		"id": "req_1",
		"requester": {
			"kind": "workload",
			"issuer": _issuer,
			"subject": "repo:acme/shop:ref:refs/heads/main",
			"owners": ["alice"],
			"claims": {"environment": "production", "run": 7, "protected": true, "teams": ["shop", "ops"], "odd": null},
		},
		"detail": {
			"type": "db_credential",
			"target": "orders-db",
			"actions": ["read"],
			"resources": ["public.orders"],
			"duration": 900,
		},
		"source_ip": "10.1.2.3",
	},
	"target": {"id": "orders-db", "type": "postgres", "environment": "production", "labels": {}},
	"risk": {"requester_admin": "no", "requester_findings": []},
	"history": {"recent_requests": 1, "recent_denials": 0, "first_use": false},
	"approvals": [],
	"policies": [],
}

_groups := {"dba": ["alice", "bob", "carol"], "security": ["dave"], "one-person": ["alice"]}

_rule(over) := object.union(
	{
		"id": "orders",
		"effect": "allow",
		"subjects": [{"issuer": _issuer, "subject": "repo:acme/shop:**"}],
		"targets": ["orders-db"],
		"actions": ["read"],
		"resources": ["public.*"],
		"approvals": [],
		"source_cidrs": [],
		"require_reason": false,
		"require_ticket": false,
	},
	over,
)

_ask(people) := {"effect": "escalate", "approvals": [{"from": "dba", "count": people}]}

_nothing := {"actions": [], "resources": []}

# Each case: the rules in force, what differs from the input, and the members of the decision that matter.
_cases := {
	"no rule": [[], {}, {"effect": "deny", "rule": "default", "reasons": ["no-rule"], "scope": _nothing, "ttl_max": 0}],
	"allow": [[_rule({})], {}, {
		"effect": "allow",
		"rule": "orders",
		"reasons": [],
		"ttl_max": 900,
		"scope": {"actions": ["read"], "resources": ["public.orders"]},
		"source_cidrs": [],
		"approvals": [],
		"notify": [],
	}],
	"escalate": [[_rule(_ask(1))], {}, {
		"effect": "escalate",
		"rule": "orders",
		"reasons": ["approval-required"],
		"ttl_max": 900,
		"scope": {"actions": ["read"], "resources": ["public.orders"]},
		"approvals": [{"from": "dba", "count": 1}],
		"notify": ["dba"],
	}],
	"deny": [[_rule({"effect": "deny"})], {}, {
		"effect": "deny",
		"rule": "orders",
		"reasons": ["denied-by-rule", "no-rule"],
	}],
	"deny wins": [[_rule({}), _rule({"id": "b", "effect": "deny"}), _rule({"id": "a", "effect": "deny"})], {}, {
		"effect": "deny",
		"rule": "a",
		"reasons": ["denied-by-rule"],
	}],
	"escalate beats allow": [
		[_rule({"id": "a"}), _rule(object.union(_ask(2), {"id": "z"})), _rule(object.union(_ask(1), {"id": "y"}))],
		{},
		{"effect": "escalate", "rule": "y", "approvals": [{"from": "dba", "count": 2}]},
	],
	"approvals unite": [
		[
			_rule(object.union(_ask(1), {"id": "a"})),
			_rule({"id": "b", "effect": "escalate", "approvals": [{"from": "security", "count": 1}]}),
		],
		{},
		{"approvals": [{"from": "dba", "count": 1}, {"from": "security", "count": 1}], "notify": ["dba", "security"]},
	],
	"shortest time wins": [
		[_rule({"id": "a", "max_ttl": 600}), _rule({"id": "b", "max_ttl": 300}), _rule({"id": "c"})],
		{},
		{"effect": "allow", "rule": "a", "ttl_max": 300, "reasons": ["ttl-shortened"]},
	],
	"no lease is longer than the general limit": [
		[_rule({})],
		{"request": {"detail": {"duration": 86400}}},
		{"ttl_max": 43200, "reasons": ["ttl-shortened"]},
	],
	"no duration": [
		[_rule({})],
		{"request": {"detail": {"duration": 0}}},
		{"effect": "deny", "rule": "orders", "reasons": ["duration-invalid"]},
	],
	"another target": [
		[_rule({})],
		{"request": {"detail": {"target": "other-db"}}},
		{"effect": "deny", "reasons": ["target-mismatch"]},
	],
	"no actions": [
		[_rule({"actions": ["*"]})],
		{"request": {"detail": {"actions": []}}},
		{"effect": "deny", "reasons": ["no-actions", "no-rule"]},
	],
	"reason missing": [[_rule({"require_reason": true})], {}, {"effect": "deny", "reasons": ["reason-required"]}],
	"reason blank": [
		[_rule({"require_reason": true})],
		{"request": {"detail": {"reason": "  "}}},
		{"effect": "deny", "reasons": ["reason-required"]},
	],
	"reason given": [
		[_rule({"require_reason": true})],
		{"request": {"detail": {"reason": "incident 7"}}},
		{"effect": "allow"},
	],
	"reason is asked by any matching rule": [
		[_rule({}), _rule({"id": "b", "require_reason": true})],
		{},
		{"effect": "deny", "reasons": ["reason-required"]},
	],
	"ticket missing": [[_rule({"require_ticket": true})], {}, {"effect": "deny", "reasons": ["ticket-required"]}],
	"ticket given": [
		[_rule({"require_ticket": true})],
		{"request": {"detail": {"ticket": "OPS-7"}}},
		{"effect": "allow"},
	],
	"source inside": [
		[_rule({"source_cidrs": ["10.0.0.0/8", "192.0.2.0/24"]})],
		{},
		{"effect": "allow", "source_cidrs": ["10.0.0.0/8", "192.0.2.0/24"]},
	],
	"source outside": [
		[_rule({"source_cidrs": ["192.0.2.0/24"]})],
		{},
		{"effect": "deny", "reasons": ["source-not-allowed"]},
	],
	"requester narrows": [
		[_rule({"source_cidrs": ["10.0.0.0/8"]})],
		{"request": {"detail": {"source_cidrs": ["10.1.2.0/24", "192.0.2.0/24"]}}},
		{"effect": "allow", "source_cidrs": ["10.1.2.0/24"]},
	],
	"requester widens in vain": [
		[_rule({"source_cidrs": ["10.0.0.0/8"]})],
		{"request": {"detail": {"source_cidrs": ["0.0.0.0/0"]}}},
		{"effect": "allow", "source_cidrs": ["10.0.0.0/8"]},
	],
	"requester asks for elsewhere": [
		[_rule({"source_cidrs": ["10.0.0.0/8"]})],
		{"request": {"detail": {"source_cidrs": ["192.0.2.0/24"]}}},
		{"effect": "deny", "reasons": ["source-not-allowed"]},
	],
	"networks of rules that do not overlap": [
		[_rule({"source_cidrs": ["10.1.0.0/16"]}), _rule({"id": "b", "source_cidrs": ["10.2.0.0/16"]})],
		{},
		{"effect": "deny", "reasons": ["source-not-allowed"]},
	],
	"administrator is never let in by itself": [
		[_rule({})],
		{"risk": {"requester_admin": "yes"}},
		{"effect": "deny", "reasons": ["no-approvers", "requester-admin"]},
	],
	"administrator is asked about": [
		[_rule({"approvals": [{"from": "security", "count": 1}]})],
		{"risk": {"requester_admin": {"if": ["x"]}}},
		{"effect": "escalate", "reasons": ["requester-admin"], "approvals": [{"from": "security", "count": 1}]},
	],
	"findings are asked about": [
		[_rule({"approvals": [{"from": "security", "count": 1}]})],
		{"risk": {"requester_findings": ["oidc-trust-no-subject", "key-too-old"]}},
		{"effect": "escalate", "reasons": ["requester-findings"]},
	],
	"harmless findings": [[_rule({})], {"risk": {"requester_findings": ["key-too-old"]}}, {"effect": "allow"}],
	"unknown requester": [[_rule({})], {"risk": null}, {"effect": "allow"}],
	"some denials": [[_rule({})], {"history": {"recent_denials": 2}}, {"effect": "allow"}],
	"denials are asked about": [
		[_rule({"approvals": [{"from": "security", "count": 1}]})],
		{"history": {"recent_denials": 3}},
		{"effect": "escalate", "reasons": ["recent-denials"]},
	],
	"many denials": [
		[_rule({"approvals": [{"from": "security", "count": 1}]})],
		{"history": {"recent_denials": 10}},
		{"effect": "deny", "reasons": ["too-many-denials"]},
	],
	"the owner is no approver": [
		[_rule(_ask(3))],
		{},
		{"effect": "deny", "reasons": ["approval-required", "no-approvers"], "approvals": []},
	],
	"nobody but the owner": [
		[_rule({"effect": "escalate", "approvals": [{"from": "one-person", "count": 1}]})],
		{},
		{"effect": "deny", "reasons": ["approval-required", "no-approvers"]},
	],
	"unknown group": [
		[_rule({"effect": "escalate", "approvals": [{"from": "nobody", "count": 1}]})],
		{},
		{"effect": "deny", "reasons": ["approval-required", "no-approvers"]},
	],
	"escalate without approvals": [
		[_rule({"effect": "escalate"})],
		{},
		{"effect": "deny", "reasons": ["approval-required", "no-approvers"]},
	],
	"approvals of nobody": [[_rule(_ask(0))], {}, {"effect": "deny", "reasons": ["approval-required", "no-approvers"]}],
	"approved already": [
		[_rule(_ask(1))],
		{"approvals": [{"approver": "bob", "groups": ["dba"]}]},
		{"effect": "escalate", "approvals": [{"from": "dba", "count": 1}]},
	],
	"approved by the owner": [
		[_rule(_ask(1))],
		{"approvals": [{"approver": "Alice", "groups": ["dba"]}]},
		{"effect": "deny", "reasons": ["self-approval"]},
	],
	"approved by the requester": [
		[_rule(object.union(_ask(1), {"subjects": [{"kind": "operator"}]}))],
		{
			"request": {"requester": {"kind": "operator", "subject": "bob", "owners": []}},
			"approvals": [{"approver": "bob", "groups": ["dba"]}],
		},
		{"effect": "deny", "reasons": ["self-approval"]},
	],
	"owners hear of a first use": [
		[_rule({})],
		{"history": {"first_use": true}},
		{"effect": "allow", "notify": ["alice"]},
	],
	"invalid pattern": [
		[_rule({}), _rule({"id": "b", "effect": "deny", "subjects": [{"subject": "**/x/**"}]})],
		{},
		{"effect": "deny", "rule": "orders", "reasons": ["rule-invalid"]},
	],
}

test_cases[name] if {
	some name, case in _cases
	[rules, over, expected] := case
	decision := access.decision with input as object.union(_input, over)
		with data.lapse.access.rules as rules
		with data.lapse.access.groups as _groups
	{member: decision[member] | some member, _ in expected} == expected
}

test_missing_facts_are_a_deny if {
	every path in ["/history", "/risk", "/approvals", "/policies", "/request/requester/owners", "/request/source_ip"] {
		decision := access.decision with input as json.remove(_input, [path])
			with data.lapse.access.rules as [_rule({})] with data.lapse.access.groups as _groups
		decision.effect == "deny"
		decision.reasons == ["input-incomplete"]
	}
}

test_total_on_any_input if {
	every value in [{}, null, "nonsense"] {
		decision := access.decision with input as value
		decision.effect == "deny"
	}
}

test_undecided_is_a_deny if {
	decision := access.decision with input as object.union(_input, {"request": {"detail": {"duration": "long"}}})
		with data.lapse.access.rules as [object.remove(_rule({}), ["id"])] with data.lapse.access.groups as _groups
	decision.effect == "deny"
}

test_members_are_those_of_the_contract if {
	every rules in [[], [_rule({})], [_rule(_ask(1))]] {
		decision := access.decision with input as _input
			with data.lapse.access.rules as rules
			with data.lapse.access.groups as _groups

		object.keys(decision) == {
			"effect",
			"rule",
			"reasons",
			"ttl_max",
			"scope",
			"source_cidrs",
			"approvals",
			"notify",
		}
	}
}

test_shipped_data_denies if {
	decision := access.decision with input as _input
	decision.effect == "deny"
	decision.reasons == ["no-rule"]
}
