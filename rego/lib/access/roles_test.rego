package lapse.lib.access.roles_test

import data.lapse.lib.access.roles

_requester := {"kind": "workload", "issuer": "https://ci.example.com", "subject": "repo:acme/shop:main", "claims": {"run": 7}}

_detail := {"target": "db", "actions": ["read"], "resources": ["shop.orders"]}

_role(members, permits) := {"r": {"members": members, "permits": permits}}

_member := {"subject": "repo:acme/**"}

_permit := {"targets": ["db"], "actions": ["read"], "resources": ["shop.*"]}

_permitted := [
	[_role([_member], [_permit]), {}],
	[_role([{"kind": "operator"}, _member], [_permit]), {}],
	[_role([{"claims": {"run": ["6", "7"]}}], [_permit]), {}],
	[_role([_member], [object.union(_permit, {"targets": ["*"], "actions": ["*"]})]), {}],
	[_role([_member], [_permit, {"targets": ["db"], "actions": ["write"], "resources": ["**"]}]), {"actions": ["read", "write"]}],
	[_role([_member], [_permit, object.union(_permit, {"resources": ["users"]})]), {"resources": ["shop.a", "users"]}],
	[_role([_member], [object.union(_permit, {"resources": ["**"]})]), {"resources": []}],
]

_not_permitted := [
	[{}, {}],
	[_role([], [_permit]), {}],
	[_role([{}], [_permit]), {}],
	[_role([_member], []), {}],
	[{"r": {"members": [_member]}}, {}],
	[{"r": {"permits": [_permit]}}, {}],
	[_role([{"claims": {"absent": "**"}}], [_permit]), {}],
	[_role([object.union(_member, {"claims": {"run": "8"}})], [_permit]), {}],
	[_role([_member], [{"targets": ["db"], "actions": ["read"]}]), {}],
	[_role([_member], [_permit]), {"target": "other"}],
	[_role([_member], [_permit]), {"actions": ["read", "write"]}],
	[_role([_member], [_permit]), {"actions": []}],
	[_role([_member], [_permit]), {"resources": ["shop.orders", "users"]}],
	# To a target, no resource may mean all of them.
	[_role([_member], [_permit]), {"resources": []}],
	# One permit has the action and another the resource: together they are not the right to both.
	[
		_role([_member], [object.union(_permit, {"actions": ["write"]}), object.union(_permit, {"resources": ["users"]})]),
		{"actions": ["write"], "resources": ["users"]},
	],
]

test_permit if {
	every case in _permitted {
		roles.permit(case[0], _requester, object.union(_detail, case[1]))
	}
	every case in _not_permitted {
		not roles.permit(case[0], _requester, object.union(_detail, case[1]))
	}
}

test_held if roles.held({"a": {"members": [_member]}, "b": {"members": [{"kind": "operator"}]}}, _requester) == {"a"}
