package lapse.rules["azure-privileged-app-secret_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["azure-privileged-app-secret"] as rule

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

_signs_in(over, effective) := samples.about(_app, {
	"credentials": [_secret(over)],
	"effective": samples.effective(effective),
})

test_hit if {
	some found in rule.finding with input as _signs_in({}, {"admin": "yes"})
	found == {
		"id": "azure-privileged-app-secret",
		"subject": "azure:app-secret:99999999-0000",
		"case": "admin",
		"detail": {"principal": "deployer", "credential": "9999…0000", "reach": "is an administrator"},
		"evidence": [{
			"fact": "client secret",
			"value": "active",
			"location": {"path": "keys.json", "line": 7},
		}],
	}
}

test_a_path_is_enough if {
	some found in rule.finding with input as object.union(_signs_in({}, {}), {"paths": [samples.path(samples.maybe)]})
	found.case == "default"
	found.detail.reach == "can become an administrator"
}

test_not_without_privileges if count(rule.finding) == 0 with input as _signs_in({}, {})

# A certificate has a private half that need not be anywhere but in a key store.
test_not_for_a_certificate if {
	count(rule.finding) == 0 with input as _signs_in({"kind": "app-certificate"}, {"admin": "yes"})
}

test_not_when_expired if count(rule.finding) == 0 with input as _signs_in({"status": "expired"}, {"admin": "yes"})

test_unknown_permissions_are_no_finding if {
	count(rule.finding) == 0 with input as samples.about(_app, {"credentials": [_secret({})]})
}

test_not_for_other_kinds if {
	who := samples.principal("azure", "user", "u", "alice")
	count(rule.finding) == 0 with input as samples.about(who, {
		"credentials": [_secret({})],
		"effective": samples.effective({"admin": "yes"}),
	})
}

test_not_on_other_platforms if count(rule.finding) == 0 with input as samples.about(samples.user, {})

test_not_for_a_secret if count(rule.finding) == 0 with input as samples.about_secret({}, {"principal": _app})
