package lapse.rules["db-account-without-password_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["db-account-without-password"] as rule

_account(name, over) := object.union_n([samples.principal("mysql", "account", concat("/", ["shop", name]), name), {"scope": ["shop"]}, over])

_blank(over) := samples.about(
	_account("app@%", {"attributes": object.union({"password": false, "plugin": "mysql_native_password"}, over)}),
	{},
)

test_hit if {
	some found in rule.finding with input as _blank({})
	found == {
		"id": "db-account-without-password",
		"subject": "mysql:account:shop/app@%",
		"case": "default",
		"detail": {"principal": "app@%", "reach": " from other machines"},
		"evidence": [{"fact": "password", "value": false, "location": {"path": "export.json", "line": 1}}],
	}
}

test_on_the_machine_itself_is_a_case_of_its_own if {
	who := _account("app@localhost", {"attributes": {"password": false, "plugin": "none"}})
	some found in rule.finding with input as samples.about(who, {})
	found.case == "local"
}

# A row without a hash is what an account of the operating system looks like, too.
test_not_when_something_else_signs_it_in if {
	count(rule.finding) == 0 with input as _blank({"plugin": "unix_socket"})
	count(rule.finding) == 0 with input as _blank({"plugin": "AWSAuthenticationPlugin"})
	count(rule.finding) == 0 with input as _blank({"plugin": "authentication_ldap_sasl"})
}

test_not_for_a_role if count(rule.finding) == 0 with input as _blank({"role": true})

test_not_when_locked if {
	who := _account("app@%", {"enabled": false, "attributes": {"password": false, "plugin": "none"}})
	count(rule.finding) == 0 with input as samples.about(who, {})
}

test_not_with_a_password if count(rule.finding) == 0 with input as _blank({"password": true})

# A list of rights does not say how anybody signs in.
test_unknown_password_is_no_finding if {
	count(rule.finding) == 0 with input as samples.about(_account("app@%", {}), {})
}

test_not_for_other_kinds if {
	who := object.union(_account("app", {"attributes": {"password": false}}), {"kind": "role"})
	count(rule.finding) == 0 with input as samples.about(who, {})
}

test_not_on_other_platforms if count(rule.finding) == 0 with input as samples.about(samples.user, {})

test_not_for_a_secret if {
	count(rule.finding) == 0 with input as samples.about_secret({}, {"principal": _account("app@%", {})})
}
