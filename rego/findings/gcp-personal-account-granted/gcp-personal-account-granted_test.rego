package lapse.rules["gcp-personal-account-granted_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["gcp-personal-account-granted"] as rule

_somebody(address) := samples.principal("gcp", "user", address, address)

_binding(who, over) := samples.grant(object.union(
	{"platform": "gcp", "principal": who.id, "actions": ["role:roles/viewer"], "resources": ["projects/shop"]},
	over,
))

_holds(who, over) := samples.about(who, {"grants": [_binding(who, over)]})

test_hit if {
	some found in rule.finding with input as _holds(_somebody("alice@gmail.com"), {})
	found == {
		"id": "gcp-personal-account-granted",
		"subject": "gcp:user:alice@gmail.com",
		"case": "default",
		"detail": {"principal": "alice@gmail.com", "roles": ["roles/viewer"]},
		"evidence": [{
			"fact": "roles",
			"value": ["role:roles/viewer"],
			"location": {"path": "export.json", "line": 42},
		}],
	}
}

test_privileged_case if {
	some found in rule.finding with input as object.union(
		_holds(_somebody("alice@gmail.com"), {}),
		{"effective": samples.effective({"admin": "yes"})},
	)
	found.case == "privileged"
}

# An organization's own domain may end in the same letters.
test_not_for_a_domain_of_ones_own if {
	count(rule.finding) == 0 with input as _holds(_somebody("alice@example.com"), {})
	count(rule.finding) == 0 with input as _holds(_somebody("alice@notgmail.com"), {})
	count(rule.finding) == 0 with input as _holds(_somebody("alice@gmail.com.example.com"), {})
}

# What a group of the organization holds is the group's to give.
test_not_for_what_a_group_holds if {
	count(rule.finding) == 0 with input as _holds(
		_somebody("alice@gmail.com"),
		{"principal": "gcp:group:ops@example.com"},
	)
}

test_not_for_a_deny if {
	count(rule.finding) == 0 with input as _holds(_somebody("alice@gmail.com"), {"effect": "deny"})
}

test_not_for_a_program if {
	who := samples.principal("gcp", "service-account", "alice@gmail.com", "alice@gmail.com")
	count(rule.finding) == 0 with input as _holds(who, {})
}

test_not_without_grants if count(rule.finding) == 0 with input as samples.about(_somebody("alice@gmail.com"), {})

test_not_on_other_platforms if count(rule.finding) == 0 with input as samples.about(samples.user, {})

test_not_for_a_secret if count(rule.finding) == 0 with input as samples.about_secret({}, {})
