package lapse.rules["azure-credential-on-service-principal_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["azure-credential-on-service-principal"] as rule

_app := object.union(
	samples.principal("azure", "service-principal", "11111111-2222-3333-4444-555555555555", "deployer"),
	{"attributes": {"type": "Application"}},
)

_secret(over) := samples.key(object.union(
	{
		"id": "azure:app-secret:99999999-0000",
		"platform": "azure",
		"kind": "app-secret",
		"nativeId": "99999999-0000",
		"attributes": {"on": "application"},
	},
	over,
))

_has(who, credentials) := samples.about(who, {"credentials": credentials})

_beside := {"attributes": {"on": "service-principal"}}

test_hit if {
	some found in rule.finding with input as _has(_app, [_secret(_beside)])
	found == {
		"id": "azure-credential-on-service-principal",
		"subject": "azure:app-secret:99999999-0000",
		"case": "default",
		"detail": {"principal": "deployer", "credential": "9999…0000"},
		"evidence": [{
			"fact": "app-secret",
			"value": "active",
			"location": {"path": "keys.json", "line": 7},
		}],
	}
}

# Nobody but Microsoft should sign in as one of Microsoft's applications.
test_on_an_application_of_microsoft_is_a_case_of_its_own if {
	who := object.union(_app, {"attributes": {"first_party": true}})
	some found in rule.finding with input as _has(who, [_secret(_beside)])
	found.case == "first_party"
}

# Single sign-on by SAML keeps three things there, of which two look like logins.
test_not_beside_a_signing_certificate if {
	count(rule.finding) == 0 with input as _has(_app, [
		_secret(_beside),
		_secret(object.union(_beside, {"id": "azure:saml-certificate:1", "kind": "saml-certificate"})),
		_secret(object.union(_beside, {"id": "azure:app-certificate:1", "kind": "app-certificate"})),
	])
}

test_not_on_the_application if count(rule.finding) == 0 with input as _has(_app, [_secret({})])

# A legacy service principal has no application.
test_not_for_a_legacy_one if {
	who := object.union(_app, {"attributes": {"type": "Legacy"}})
	count(rule.finding) == 0 with input as _has(who, [_secret(_beside)])
}

test_not_for_azures_own if {
	count(rule.finding) == 0 with input as _has(_app, [_secret(object.union(_beside, {"kind": "managed-certificate"}))])
}

test_not_when_expired if {
	count(rule.finding) == 0 with input as _has(_app, [_secret(object.union(_beside, {"status": "expired"}))])
}

test_not_for_users if {
	who := samples.principal("azure", "user", "u", "alice")
	count(rule.finding) == 0 with input as _has(who, [_secret(_beside)])
}

test_not_on_other_platforms if count(rule.finding) == 0 with input as _has(samples.user, [_secret(_beside)])

test_not_for_a_secret if count(rule.finding) == 0 with input as samples.about_secret({}, {"principal": _app})
