package lapse.rules["jenkins-open_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["jenkins-open"] as rule

_controller(attributes) := object.union(
	samples.principal("jenkins", "controller", "ci", "ci"),
	{"attributes": attributes, "locations": [samples.place("config.xml", 1)]},
)

_settings(attributes) := samples.about(_controller(attributes), {})

test_hit if {
	some found in rule.finding with input as _settings({
		"security": true,
		"authorization": "FullControlOnceLoggedInAuthorizationStrategy",
	})
	found == {
		"id": "jenkins-open",
		"subject": "jenkins:controller:ci",
		"case": "default",
		"detail": {"principal": "ci", "who": "everybody who is logged in"},
		"evidence": [{
			"fact": "authorization",
			"value": {"security": true, "authorization": "FullControlOnceLoggedInAuthorizationStrategy"},
			"location": {"path": "config.xml", "line": 1},
		}],
	}
}

# Security that is off leaves the strategy in the file, and nobody asks it.
test_security_off_is_a_case_of_its_own if {
	some found in rule.finding with input as _settings({
		"security": false,
		"authorization": "GlobalMatrixAuthorizationStrategy",
	})
	found.case == "anybody"
}

test_unsecured if {
	some found in rule.finding with input as _settings({
		"security": true,
		"authorization": "AuthorizationStrategy$Unsecured",
	})
	found.case == "anybody"
}

test_not_with_a_strategy if {
	count(rule.finding) == 0 with input as _settings({
		"security": true,
		"authorization": "GlobalMatrixAuthorizationStrategy",
	})
}

# The file of credentials tells of the controller, and nothing of its settings.
test_unknown_settings_are_no_finding if count(rule.finding) == 0 with input as _settings({})

test_not_for_other_kinds if {
	who := object.union(samples.principal("jenkins", "job", "ci/job/a", "a"), {"attributes": {"security": false}})
	count(rule.finding) == 0 with input as samples.about(who, {})
}

test_not_on_other_platforms if count(rule.finding) == 0 with input as samples.about(samples.user, {})

test_not_for_a_secret if {
	count(rule.finding) == 0 with input as samples.about_secret({}, {"principal": _controller({})})
}
