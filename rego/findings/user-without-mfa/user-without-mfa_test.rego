package lapse.rules["user-without-mfa_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["user-without-mfa"] as rule

_user(attributes, over) := samples.about(object.union(samples.user, {"attributes": attributes}), over)

test_hit if {
	some found in rule.finding with input as _user({"mfa_active": false, "password_enabled": true}, {})
	found.case == "default"
	some admin in rule.finding with input as _user(
		{"mfa_active": false, "password_enabled": true},
		{"effective": samples.effective({"admin": "yes"})},
	)
	admin.case == "privileged"
}

# Most users of programs have no second factor, and no password to go with it.
test_near_misses if {
	count(rule.finding) == 0 with input as _user({"mfa_active": false, "password_enabled": false}, {})
	count(rule.finding) == 0 with input as _user({"mfa_active": true, "password_enabled": true}, {})
	count(rule.finding) == 0 with input as _user({"password_enabled": true}, {})
}
