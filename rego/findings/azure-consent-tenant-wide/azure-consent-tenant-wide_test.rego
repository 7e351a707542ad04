package lapse.rules["azure-consent-tenant-wide_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["azure-consent-tenant-wide"] as rule

_app(over) := object.union_n([samples.principal("azure", "service-principal", "11111111-2222-3333-4444-555555555555", "planner"), {"thirdParty": true}, over])

_consented(who, over) := samples.about(who, {"grants": [samples.grant(object.union(
	{
		"platform": "azure",
		"actions": ["scope:Mail.Read", "scope:openid"],
		"condition": {"delegated": "any user"},
	},
	over,
))]})

test_hit if {
	some found in rule.finding with input as _consented(_app({}), {})
	found == {
		"id": "azure-consent-tenant-wide",
		"subject": _app({}).id,
		"detail": {"principal": "planner", "scopes": ["Mail.Read"]},
		"evidence": [{
			"fact": "consent",
			"value": ["Mail.Read"],
			"location": {"path": "export.json", "line": 42},
		}],
	}
}

# Signing in is what every application asks for.
test_not_for_signing_in if {
	count(rule.finding) == 0 with input as _consented(_app({}), {"actions": ["scope:openid", "scope:User.Read"]})
}

# What somebody consented to for oneself is that person's.
test_not_for_the_consent_of_one_person if {
	count(rule.finding) == 0 with input as _consented(_app({}), {"condition": {"delegated": "1111"}})
}

test_not_for_ones_own if {
	count(rule.finding) == 0 with input as _consented(_app({"thirdParty": false}), {})
	count(rule.finding) == 0 with input as _consented(_app({"attributes": {"first_party": true}}), {})
}

test_unknown_tenant_is_no_finding if {
	count(rule.finding) == 0 with input as _consented(object.remove(_app({}), ["thirdParty"]), {})
}

test_not_when_disabled if count(rule.finding) == 0 with input as _consented(_app({"enabled": false}), {})

test_not_without_consent if count(rule.finding) == 0 with input as samples.about(_app({}), {})

test_not_on_other_platforms if {
	count(rule.finding) == 0 with input as _consented(object.union(samples.role, {"thirdParty": true}), {})
}

test_not_for_a_secret if count(rule.finding) == 0 with input as samples.about_secret({}, {"principal": _app({})})
