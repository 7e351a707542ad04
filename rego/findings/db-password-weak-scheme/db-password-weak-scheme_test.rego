package lapse.rules["db-password-weak-scheme_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["db-password-weak-scheme"] as rule

_role(over) := object.union_n([samples.principal("postgres", "role", "orders/app", "app"), {"scope": ["orders"], "attributes": {"login": true}}, over])

_password(over) := samples.key(object.union(
	{
		"id": "postgres:password:orders/app#password",
		"platform": "postgres",
		"kind": "password",
		"nativeId": "orders/app#password",
		"attributes": {"scheme": "scram-sha-256"},
	},
	over,
))

_kept(scheme) := samples.about(_role({}), {"credentials": [_password({"attributes": {"scheme": scheme}})]})

test_hit if {
	some found in rule.finding with input as _kept("md5")
	found == {
		"id": "db-password-weak-scheme",
		"subject": "postgres:password:orders/app#password",
		"case": "default",
		"detail": {"principal": "app", "scheme": "md5"},
		"evidence": [{"fact": "scheme", "value": "md5", "location": {"path": "keys.json", "line": 7}}],
	}
}

test_in_clear_is_a_case_of_its_own if {
	some found in rule.finding with input as _kept("plain")
	found.case == "clear"
}

# MariaDB still makes new passwords so.
test_the_default_of_old_servers_weighs_less if {
	some found in rule.finding with input as _kept("mysql_native_password")
	found.case == "legacy"
}

test_not_for_good_ones if {
	count(rule.finding) == 0 with input as _kept("scram-sha-256")
	count(rule.finding) == 0 with input as _kept("caching_sha2_password")
}

# An export that masks passwords says nothing of how they are kept.
test_unknown_scheme_is_no_finding if {
	blank := object.remove(_password({}), ["attributes"])
	count(rule.finding) == 0 with input as samples.about(_role({}), {"credentials": [blank]})
}

test_not_when_it_cannot_sign_in if {
	password := _password({"status": "inactive", "attributes": {"scheme": "md5"}})
	count(rule.finding) == 0 with input as samples.about(_role({}), {"credentials": [password]})
}

test_not_for_another_kind if {
	token := _password({"kind": "token", "attributes": {"scheme": "md5"}})
	count(rule.finding) == 0 with input as samples.about(_role({}), {"credentials": [token]})
}

test_not_on_other_platforms if {
	password := _password({"attributes": {"scheme": "md5"}})
	count(rule.finding) == 0 with input as samples.about(samples.user, {"credentials": [password]})
}

test_not_for_a_secret if count(rule.finding) == 0 with input as samples.about_secret({}, {"principal": _role({})})
