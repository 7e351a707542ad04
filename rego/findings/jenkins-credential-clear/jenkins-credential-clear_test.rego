package lapse.rules["jenkins-credential-clear_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["jenkins-credential-clear"] as rule

_controller(attributes) := object.union(
	samples.principal("jenkins", "controller", "ci", "ci"),
	{"attributes": attributes, "locations": [samples.place("config.xml", 1)]},
)

_keeps(over) := samples.about(_controller({}), {"credentials": [samples.key(object.union(
	{
		"id": "jenkins:jenkins-credential:ci#registry",
		"platform": "jenkins",
		"kind": "jenkins-credential",
		"nativeId": "ci#registry",
		"attributes": {"type": "UsernamePasswordCredentialsImpl", "material": "clear"},
	},
	over,
))]})

test_hit if {
	some found in rule.finding with input as _keeps({})
	found == {
		"id": "jenkins-credential-clear",
		"subject": "jenkins:jenkins-credential:ci#registry",
		"detail": {"principal": "ci", "credential": "registry"},
		"evidence": [{
			"fact": "UsernamePasswordCredentialsImpl",
			"value": "clear",
			"location": {"path": "keys.json", "line": 7},
		}],
	}
}

# Encrypted, or a role of the machine: neither is readable in this file.
test_not_for_other_material if {
	count(rule.finding) == 0 with input as _keeps({"attributes": {"material": "encrypted"}})
	count(rule.finding) == 0 with input as _keeps({"attributes": {"material": "elsewhere"}})
}

# A name in a Jenkinsfile says that there is one.
test_not_for_a_name if count(rule.finding) == 0 with input as _keeps({"kind": "named-credential"})

test_not_without_credentials if count(rule.finding) == 0 with input as samples.about(_controller({}), {})

test_not_on_other_platforms if {
	credential := samples.key({"kind": "jenkins-credential", "attributes": {"material": "clear"}})
	count(rule.finding) == 0 with input as samples.about(samples.user, {"credentials": [credential]})
}

test_not_for_a_secret if {
	count(rule.finding) == 0 with input as samples.about_secret({}, {"principal": _controller({})})
}
