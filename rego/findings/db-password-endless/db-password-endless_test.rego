package lapse.rules["db-password-endless_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["db-password-endless"] as rule

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

_signs_in(over) := samples.about(_role({}), {"credentials": [_password(over)]})

test_hit if {
	some found in rule.finding with input as _signs_in({})
	found == {
		"id": "db-password-endless",
		"subject": "postgres:password:orders/app#password",
		"case": "default",
		"detail": {"principal": "app"},
		"evidence": [{
			"fact": "password without an end",
			"value": "active",
			"location": {"path": "keys.json", "line": 7},
		}],
	}
}

test_privileged_case if {
	some found in rule.finding with input as object.union(_signs_in({}), {"paths": [samples.path("yes")]})
	found.case == "privileged"
}

# Catalogues hide whether there is a password; that it has no end they do say.
test_unknown_password_counts if count(rule.finding) == 1 with input as _signs_in({"status": "unknown"})

test_not_with_an_end if count(rule.finding) == 0 with input as _signs_in({"expiresAt": "2026-04-01T00:00:00Z"})

# Where it is the server's settings that decide, nothing is known.
test_unknown_end_is_no_finding if count(rule.finding) == 0 with input as _signs_in({"expiryUnknown": true})

# A role that may not sign in keeps its old password for nothing.
test_not_without_login if count(rule.finding) == 0 with input as _signs_in({"status": "inactive"})

test_not_when_over if count(rule.finding) == 0 with input as _signs_in({"status": "expired"})

test_not_for_another_kind if count(rule.finding) == 0 with input as _signs_in({"kind": "client-certificate"})

test_not_on_other_platforms if {
	count(rule.finding) == 0 with input as samples.about(samples.user, {"credentials": [_password({})]})
}

test_not_for_a_secret if count(rule.finding) == 0 with input as samples.about_secret({}, {"principal": _role({})})
