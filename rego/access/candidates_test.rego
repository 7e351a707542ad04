package lapse.access.candidates_test

import data.lapse.access.candidates

_request(over) := object.union(
	{
		"request": {
			"requester": {
				"kind": "workload",
				"issuer": "https://ci.example.com",
				"subject": "repo:acme/shop:ref:refs/heads/main",
				"claims": {"environment": "production", "run": 7, "protected": true, "teams": ["shop", "ops", 3], "odd": {}},
			},
			"detail": {"actions": ["read", "list"], "resources": ["public.orders", "public.items"]},
		},
		"target": {"id": "orders-db"},
	},
	over,
)

_grant(over) := object.union(
	{
		"id": "r",
		"effect": "allow",
		"subjects": [{"kind": "workload"}],
		"targets": ["orders-db"],
		"actions": ["read", "list"],
		"resources": ["public.*"],
	},
	over,
)

_deny(over) := object.union({"id": "r", "effect": "deny"}, over)

_matching(rule, over) := matched if {
	matched := candidates.matching with input as _request(over) with data.lapse.access.rules as [rule]
}

_no_resources := {"request": {"detail": {"resources": []}}}

_elevated(principal) := {"request": {"detail": {"principal": principal}}}

_covering := [
	[_grant({}), {}],
	[_grant({"effect": "escalate"}), {}],
	[_grant({"targets": ["*"]}), {}],
	[_grant({"actions": ["*"]}), {}],
	[_grant({"resources": ["public.orders", "public.items"]}), {}],
	[_grant({"resources": ["**"]}), _no_resources],
	[_grant({"resources": []}), _no_resources],
	[_grant({"principals": ["dba-*"]}), {}],
	[_grant({"principals": ["ann", "dba-*"]}), _elevated("dba-ben")],
	[_grant({"principals": ["@requester"]}), _elevated("repo:acme/shop:ref:refs/heads/main")],
	[_grant({"subjects": [{"kind": "operator"}, {"issuer": "https://ci.example.com"}]}), {}],
	[_grant({"subjects": [{"subject": "repo:acme/*:ref:refs/heads/main"}]}), {}],
	[_grant({"subjects": [{"claims": {"environment": "prod*", "run": "7", "protected": "true", "teams": "ops"}}]}), {}],
]

_not_covering := [
	[_grant({"effect": "permit"}), {}],
	[_grant({"subjects": []}), {}],
	[_grant({"subjects": [{}]}), {}],
	[_grant({"subjects": [{"kind": "operator"}]}), {}],
	[_grant({"subjects": [{"kind": "workload", "issuer": "https://ci.example.com/"}]}), {}],
	[_grant({"subjects": [{"kind": "workload", "subject": "repo:acme/*"}]}), {}],
	[_grant({"subjects": [{"kind": "workload", "claims": {"environment": "staging"}}]}), {}],
	[_grant({"subjects": [{"kind": "workload", "claims": {"absent": "**"}}]}), {}],
	[_grant({"subjects": [{"kind": "workload", "claims": {"odd": "**"}}]}), {}],
	[_grant({"subjects": [{"kind": "workload", "claims": {"environment": "production", "run": "8"}}]}), {}],
	[_grant({"targets": ["other-db"]}), {}],
	[_grant({"targets": []}), {}],
	[_grant({"actions": ["read"]}), {}],
	[_grant({"actions": []}), {}],
	[_grant({"actions": ["*"]}), {"request": {"detail": {"actions": []}}}],
	[_grant({"resources": ["public.orders"]}), {}],
	[_grant({"resources": []}), {}],
	[_grant({"resources": ["public.*"]}), _no_resources],
	[_grant({}), _elevated("ann")],
	[_grant({"principals": ["dba-*"]}), _elevated("ann")],
	[_grant({"principals": ["@requester"]}), _elevated("ann")],
]

_hitting := [
	[_deny({}), {}],
	[_deny({"subjects": [{}]}), {}],
	[_deny({"subjects": [{"subject": "repo:acme/**"}]}), {}],
	[_deny({"targets": ["orders-db"]}), {}],
	[_deny({"targets": ["*"]}), {}],
	[_deny({"actions": ["list", "drop"]}), {}],
	[_deny({"actions": ["*"]}), {}],
	[_deny({"resources": ["public.items"]}), {}],
	[_deny({"resources": ["public.items"]}), _no_resources],
	[_deny({}), _elevated("ann")],
	[_deny({"principals": ["ann"]}), _elevated("ann")],
	[_deny({"principals": ["@requester"]}), _elevated("repo:acme/shop:ref:refs/heads/main")],
]

_not_hitting := [
	[_deny({"subjects": [{"kind": "operator"}]}), {}],
	[_deny({"targets": ["other-db"]}), {}],
	[_deny({"actions": ["drop"]}), {}],
	[_deny({"resources": ["private.*"]}), {}],
	[_deny({"principals": ["ann"]}), {}],
	[_deny({"principals": ["ann"]}), _elevated("ben")],
]

test_to_grant_everything_must_be_covered if {
	every pair in _covering {
		count(_matching(pair[0], pair[1])) == 1
	}
	every pair in _not_covering {
		count(_matching(pair[0], pair[1])) == 0
	}
}

test_to_deny_one_match_is_enough if {
	every pair in _hitting {
		count(_matching(pair[0], pair[1])) == 1
	}
	every pair in _not_hitting {
		count(_matching(pair[0], pair[1])) == 0
	}
}

test_broken if {
	rules := [
		_grant({"id": "fine"}),
		_deny({"id": "fine-too"}),
		_grant({"id": "effect", "effect": "permit"}),
		object.remove(_grant({"id": "no-effect"}), ["effect"]),
		_grant({"id": "resource", "resources": ["a*b*c*d"]}),
		_grant({"id": "subject", "subjects": [{"subject": ""}]}),
		_grant({"id": "principal", "principals": ["a*b*c*d"]}),
		_grant({"id": "claim", "subjects": [{"claims": {"x": "**:**"}}]}),
	]
	broken := candidates.broken with data.lapse.access.rules as rules
	broken == {"effect", "no-effect", "resource", "subject", "principal", "claim"}
}
