package lapse.rules["db-login-role-shared_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["db-login-role-shared"] as rule

_role(over) := object.union_n([samples.principal("postgres", "role", "orders/app", "app"), {"scope": ["orders"], "attributes": {"login": true}}, over])

_member(over) := samples.trust(object.union(
	{
		"platform": "postgres",
		"how": "member-of",
		"subject": {"kind": "principal", "id": "postgres:role:orders/alice"},
		"condition": {"admin": false, "set": true},
	},
	over,
))

_with(who, trusts) := samples.about(who, {"trusts_in": trusts})

test_hit if {
	some found in rule.finding with input as _with(_role({}), [_member({})])
	found == {
		"id": "db-login-role-shared",
		"subject": "postgres:role:orders/app",
		"detail": {"principal": "app", "members": ["alice"]},
		"evidence": [{"fact": "member", "value": "alice", "location": {"path": "export.json", "line": 77}}],
	}
}

# Before 16 every member may.
test_without_options if {
	count(rule.finding) == 1 with input as _with(_role({}), [_member({"condition": {"admin": false}})])
}

# From 16 on, whoever makes a role gets a membership by which it can neither act as it nor use its rights.
test_not_for_who_made_it if {
	count(rule.finding) == 0 with input as _with(_role({}), [_member({"condition": {"admin": true, "set": false}})])
}

test_not_for_a_group if {
	count(rule.finding) == 0 with input as _with(_role({"attributes": {"login": false}}), [_member({})])
}

test_not_without_members if count(rule.finding) == 0 with input as _with(_role({}), [])

test_not_for_other_trusts if {
	count(rule.finding) == 0 with input as _with(_role({}), [_member({"how": "security-definer"})])
}

test_unknown_login_is_no_finding if {
	who := samples.principal("postgres", "role", "orders/app", "app")
	count(rule.finding) == 0 with input as _with(who, [_member({})])
}

test_not_for_other_kinds if {
	who := object.union(_role({}), {"kind": "predefined-role"})
	count(rule.finding) == 0 with input as _with(who, [_member({})])
}

test_not_on_other_platforms if count(rule.finding) == 0 with input as _with(samples.role, [_member({})])

test_not_for_a_secret if count(rule.finding) == 0 with input as samples.about_secret({}, {"principal": _role({})})
