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
	"history": {"recent_requests": 1, "recent_denials": 0, "first_use": false, "held": []},
	"approvals": [],
	"policies": [],
}

_groups := {"dba": ["alice", "bob", "carol"], "security": ["dave"], "one-person": ["alice"], "pair": ["alice", "bob"], "bobs": ["bob"]}

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

# As the engine hands over what a policy of users answered.
_policy(over) := object.union(
	{
		"id": "p",
		"effect": "allow",
		"reasons": [],
		"max_ttl": 600,
		"source_cidrs": [],
		"approvals": [],
		"notify": [],
		"accepts": [],
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
	"a group of the provider": [
		[_rule({"effect": "escalate", "approvals": [{"from": "staff", "count": 3}]})],
		{},
		{"effect": "escalate", "approvals": [{"from": "staff", "count": 3}]},
	],
	"a group of the provider, and one with nobody": [
		[_rule({"effect": "escalate", "approvals": [{"from": "staff", "count": 1}, {"from": "one-person", "count": 1}]})],
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
	"a target that makes administrator is never given by itself": [
		[_rule({})],
		{"risk": {"target_admin": {"if": ["x"]}}},
		{"effect": "deny", "reasons": ["no-approvers", "target-admin"]},
	],
	"many denials where nobody can be asked": [
		[_rule({})],
		{"history": {"recent_denials": 3}},
		{"effect": "allow", "reasons": ["recent-denials"]},
	],
	"many denials where only the owner could be asked": [
		[_rule({"approvals": [{"from": "one-person", "count": 1}]})],
		{"history": {"recent_denials": 3}},
		{"effect": "allow", "reasons": ["recent-denials"], "approvals": []},
	],
	# Bob is enough for either group, and not for both.
	"one person does not stand for two groups": [
		[_rule({"effect": "escalate", "approvals": [{"from": "pair", "count": 1}, {"from": "bobs", "count": 1}]})],
		{},
		{"effect": "deny", "reasons": ["approval-required", "no-approvers"]},
	],
	"two people stand for two groups": [
		[_rule({"effect": "escalate", "approvals": [{"from": "dba", "count": 1}, {"from": "bobs", "count": 1}]})],
		{},
		{"effect": "escalate", "approvals": [{"from": "bobs", "count": 1}, {"from": "dba", "count": 1}]},
	],
	"a policy grants": [[], {"policies": [_policy({})]}, {
		"effect": "allow",
		"rule": "p",
		"reasons": ["ttl-shortened"],
		"ttl_max": 600,
		"scope": {"actions": ["read"], "resources": ["public.orders"]},
		"source_cidrs": [],
		"notify": [],
	}],
	"limits of a policy and of a rule hold together": [
		[_rule({"max_ttl": 300, "source_cidrs": ["10.0.0.0/8"]})],
		{"policies": [_policy({"source_cidrs": ["10.1.0.0/16"], "reasons": ["said"], "notify": ["security"]})]},
		{"effect": "allow", "ttl_max": 300, "source_cidrs": ["10.1.0.0/16"], "notify": ["security"], "reasons": ["said", "ttl-shortened"]},
	],
	"a policy from elsewhere": [
		[],
		{"policies": [_policy({"source_cidrs": ["192.0.2.0/24"]})]},
		{"effect": "deny", "reasons": ["source-not-allowed"]},
	],
	"a policy that denies wins": [
		[_rule({})],
		{"policies": [_policy({}), _policy({"id": "a", "effect": "deny", "reasons": ["role-missing"]})]},
		{"effect": "deny", "rule": "a", "reasons": ["role-missing"], "approvals": []},
	],
	"a policy that denies says why, and not that nothing grants": [
		[],
		{"policies": [_policy({"effect": "deny", "reasons": ["role-missing"]})]},
		{"effect": "deny", "rule": "p", "reasons": ["role-missing"]},
	],
	"a policy that denies without a word": [
		[],
		{"policies": [_policy({"effect": "deny"})]},
		{"effect": "deny", "reasons": ["denied-by-policy"]},
	],
	"a policy asks": [
		[_rule({})],
		{"policies": [_policy({"effect": "escalate", "reasons": ["first-use"], "approvals": [{"from": "dba", "count": 2}]})]},
		{"effect": "escalate", "rule": "p", "reasons": ["first-use", "ttl-shortened"], "approvals": [{"from": "dba", "count": 2}]},
	],
	"a policy asks without a word": [
		[],
		{"policies": [_policy({"effect": "escalate", "approvals": [{"from": "dba", "count": 1}]})]},
		{"effect": "escalate", "reasons": ["approval-required", "ttl-shortened"]},
	],
	"an emergency passes over grounds, and says so": [
		[],
		{
			"policies": [_policy({"accepts": ["target-admin", "recent-denials"], "reasons": ["break-glass"]})],
			"risk": {"target_admin": "yes"},
			"history": {"recent_denials": 3},
		},
		{"effect": "allow", "reasons": ["break-glass", "recent-denials", "target-admin", "ttl-shortened"]},
	],
	"nobody passes over what a policy asks": [
		[],
		{"policies": [
			_policy({"accepts": ["first-use", "approval-required"]}),
			_policy({"id": "q", "effect": "escalate", "reasons": ["first-use"], "approvals": [{"from": "dba", "count": 1}]}),
		]},
		{"effect": "escalate"},
	],
	"who asks does not pass over grounds": [
		[],
		{
			"policies": [_policy({
				"effect": "escalate",
				"accepts": ["target-admin"],
				"approvals": [{"from": "dba", "count": 1}],
			})],
			"risk": {"target_admin": "yes"},
		},
		{"effect": "escalate", "reasons": ["approval-required", "target-admin", "ttl-shortened"]},
	],
	"invalid pattern": [
		[_rule({}), _rule({"id": "b", "effect": "deny", "subjects": [{"subject": "**/x/**"}]})],
		{},
		{"effect": "deny", "rule": "orders", "reasons": ["rule-invalid"]},
	],
}

# In three, so that none of them needs what `opa test` gives to a test by default.
test_cases_allowed[name] if {
	some name, case in _allowed
	_holds(case)
}

test_cases_escalated[name] if {
	some name, case in _escalated
	_holds(case)
}

test_cases_denied[name] if {
	some name, case in _denied
	_holds(case)
}

_allowed := {name: case | some name, case in _cases; _effect(case) == "allow"}

_escalated := {name: case | some name, case in _cases; _effect(case) == "escalate"}

_denied := {name: case | some name, case in _cases; not _effect(case) in {"allow", "escalate"}}

_effect([_, _, expected]) := object.get(expected, "effect", "allow")

_holds([rules, over, expected]) if {
	decision := access.decision with input as object.union(_input, over)
		with data.lapse.access.rules as rules
		with data.lapse.access.groups as _groups
		with data.lapse.access.provider_groups as ["staff"]
	{member: decision[member] | some member, _ in expected} == expected
}

# Each: the rules, the freezes, and what is answered.
_frozen := [
	[[_rule({})], [_freeze({})], "deny", ["change-freeze"]],
	[[_rule({})], [_freeze({"targets": ["other-db"]})], "allow", []],
	[[_rule({"approvals": [{"from": "dba", "count": 1}]})], [_freeze({"effect": "escalate"})], "escalate", ["change-freeze"]],
	[[_rule({})], [_freeze({"effect": "escalate"})], "deny", ["change-freeze", "no-approvers"]],
	# An effect that is none denies.
	[[_rule({})], [_freeze({"effect": "ask"})], "deny", ["change-freeze"]],
]

_freeze(over) := object.union({"id": "f", "from": "2026-02-28T00:00:00Z", "until": "2026-03-02T00:00:00Z"}, over)

test_freezes if {
	every case in _frozen {
		decision := access.decision with input as _input
			with data.lapse.access.rules as case[0]
			with data.lapse.access.groups as _groups
			with data.lapse.access.freezes as case[1]
		decision.effect == case[2]
		decision.reasons == case[3]
	}
}

test_an_emergency_passes_over_a_freeze if {
	changed := {"policies": [_policy({"accepts": ["change-freeze"], "max_ttl": 900})]}
	decision := access.decision with input as object.union(_input, changed)
		with data.lapse.access.freezes as [_freeze({})]
	decision.effect == "allow"
	decision.reasons == ["change-freeze"]
}

# Each: what grants, the usual approvals, and who is asked.
_usual := [
	[_rule({}), [{"from": "security", "count": 1}], [{"from": "security", "count": 1}]],
	[
		_rule({"approvals": [{"from": "dba", "count": 1}]}),
		[{"from": "security", "count": 1}],
		[{"from": "dba", "count": 1}],
	],
]

test_whom_to_ask_usually if {
	every case in _usual {
		decision := access.decision with input as object.union(_input, {"history": {"recent_denials": 3}})
			with data.lapse.access.rules as [case[0]]
			with data.lapse.access.groups as _groups
			with data.lapse.access.default_approvals as case[1]
		decision.effect == "escalate"
		decision.reasons == ["recent-denials"]
		decision.approvals == case[2]
	}
}

test_more_groups_than_are_counted_out_is_a_deny if {
	names := {sprintf("g%d", [n]) | some n in numbers.range(1, 7)}
	decision := access.decision with input as _input
		with data.lapse.access.rules as [_rule({"effect": "escalate", "approvals": [{"from": name, "count": 1} | some name in names]})]
		with data.lapse.access.groups as {name: [name] | some name in names}
	decision.effect == "deny"
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

# Levels, narrower choices, waiting times.

_decide(asked, rules) := decision if {
	decision := access.decision with input as asked
		with data.lapse.access.rules as rules
		with data.lapse.access.groups as _groups
		with data.lapse.access.freezes as []
}

_asking(detail) := object.union(_input, {"request": {"detail": detail}})

_pair_then_dba := [{"from": "pair", "count": 1}, {"from": "security", "count": 1, "level": 2}]

test_levels_are_told_in_their_order if {
	places := [{"from": "security", "count": 1, "level": 2}, {"from": "dba", "count": 1}]
	decision := _decide(_input, [_rule({"effect": "escalate", "approvals": places})])
	decision.approvals == [{"from": "dba", "count": 1}, {"from": "security", "count": 1, "level": 2}]
	decision.notify == ["dba", "security"]
}

test_levels_of_one_group_need_different_people if {
	places := [{"from": "bobs", "count": 1}, {"from": "bobs", "count": 1, "level": 2}]
	decision := _decide(_input, [_rule({"effect": "escalate", "approvals": places})])
	decision.effect == "deny"
	"no-approvers" in decision.reasons
}

test_the_shortest_waiting_time_holds if {
	rules := [
		_rule({"effect": "escalate", "approvals": _pair_then_dba, "pending_ttl": 600}),
		_rule({"id": "other", "pending_ttl": 300}),
	]
	_decide(_input, rules).pending_ttl == 300
}

_writes := _asking({"actions": ["read", "update"], "resources": ["public.orders", "public.items"]})

_offering(narrower) := [_rule({
	"effect": "escalate",
	"actions": ["*"],
	"approvals": _pair_then_dba,
	"narrower": narrower,
})]

test_offers_what_is_narrower if {
	offered := [
		{"id": "shorter", "max_ttl": 60},
		{"id": "read-only", "actions": ["read"], "max_ttl": 600},
		{"id": "orders", "resources": ["public.o*"]},
	]
	_decide(_writes, _offering(offered)).narrower == [
		{"actions": ["read"], "duration": 600, "id": "read-only", "resources": ["public.orders", "public.items"]},
		{"actions": ["read", "update"], "duration": 60, "id": "shorter", "resources": ["public.orders", "public.items"]},
		{"actions": ["read", "update"], "duration": 900, "id": "orders", "resources": ["public.orders"]},
	]
}

test_offers_nothing_that_is_no_choice[name] if {
	some name, offered in {
		"the whole": {"id": "whole", "max_ttl": 900},
		"no action": {"id": "grant", "actions": ["grant"]},
		"no resource": {"id": "secrets", "resources": ["private.*"]},
		"no time": {"id": "never", "max_ttl": 0},
	}
	not "narrower" in object.keys(_decide(_writes, _offering([offered])))
}

test_offers_where_there_are_no_resources if {
	asked := json.patch(_writes, [{"op": "replace", "path": "/request/detail/resources", "value": []}])
	rules := [object.union(_offering([{"id": "read-only", "actions": ["read"]}])[0], {"resources": ["**"]})]
	_decide(asked, rules).narrower == [{"actions": ["read"], "duration": 900, "id": "read-only", "resources": []}]
}

test_more_time_of_a_lease_has_no_choices if {
	asked := object.union(_writes, {"request": {"detail": {"extends": "lse_1"}}})
	not "narrower" in object.keys(_decide(asked, _offering([{"id": "shorter", "max_ttl": 60}])))
}

# Access ahead.

_sunday_night := [{"days": ["sun"], "from": "02:00", "until": "04:00", "timezone": "UTC"}]

test_windows_of_rules_hold_when_access_begins if {
	rules := [_rule({"windows": _sunday_night})]
	_decide(_input, rules).reasons == ["no-rule"]
	_decide(_asking({"not_before": "2026-03-08T02:30:00Z"}), rules).effect == "allow"
}

test_freezes_hold_when_access_begins if {
	freeze := {"id": "week", "from": "2026-03-08T00:00:00Z", "until": "2026-03-09T00:00:00Z", "effect": "deny"}
	decision := access.decision with input as _asking({"not_before": "2026-03-08T02:30:00Z"})
		with data.lapse.access.rules as [_rule({})]
		with data.lapse.access.freezes as [freeze]
	decision.reasons == ["change-freeze"]
}

# Emergencies.

_person := {"kind": "operator", "issuer": _issuer, "subject": "dave", "owners": ["dave"], "claims": {}}

_emergency := object.union(
	_asking({"break_glass": true, "reason": "checkout is down"}),
	{"request": {"requester": _person}},
)

_emergency_rule := _rule({"subjects": [{"kind": "operator"}], "break_glass": true})

_for_everybody := _rule({"subjects": [{"kind": "operator"}, {"kind": "workload"}]})

test_an_emergency_is_allowed_by_a_rule_for_it if {
	decision := _decide(_emergency, [_emergency_rule])
	decision.effect == "allow"
	decision.reasons == ["break-glass"]
}

test_an_emergency_skips_the_colleague_and_says_so if {
	asked := object.union(_emergency, {"risk": {"target_admin": "yes"}})
	decision := _decide(asked, [_emergency_rule])
	decision.effect == "allow"
	decision.reasons == ["break-glass", "target-admin"]
}

test_an_emergency_takes_more_than_a_usual_rule if {
	_decide(_emergency, [_for_everybody]).reasons == ["no-rule"]
}

test_a_rule_for_emergencies_is_for_nothing_else if {
	usual := object.union(_input, {"request": {"requester": _person}})
	_decide(usual, [_emergency_rule]).reasons == ["no-rule"]
}

test_an_emergency_is_denied_as_everything_is[name] if {
	some name, case in {
		"a rule": [_emergency, [_emergency_rule, _rule({"id": "no", "effect": "deny", "subjects": []})], "denied-by-rule"],
		"no person": [object.union(_emergency, {"request": {"requester": {"kind": "workload"}}}), [object.union(_for_everybody, {"break_glass": true})], "not-a-person"],
		"no reason": [object.union(_emergency, {"request": {"detail": {"reason": " "}}}), [_emergency_rule], "reason-required"],
	}
	[asked, rules, reason] := case
	decision := _decide(asked, rules)
	decision.effect == "deny"
	reason in decision.reasons
}

test_a_policy_grants_emergencies_when_it_says_so if {
	usual := object.union(_emergency, {"policies": [_policy({})]})
	meant := object.union(_emergency, {"policies": [_policy({"accepts": ["break-glass"]})]})
	_decide(usual, []).reasons == ["no-rule"]
	_decide(meant, []).effect == "allow"
}
