package lapse.rules["runner-not-ephemeral_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["runner-not-ephemeral"] as rule

_runner(scope, attributes) := samples.about(
	object.union(samples.principal("github", "runner", "acme#1", "linux-1"), {"scope": scope, "attributes": attributes}),
	{},
)

test_hit if {
	some found in rule.finding with input as _runner(["acme", "shop"], {"ephemeral": false})
	found == {
		"id": "runner-not-ephemeral",
		"subject": "github:runner:acme#1",
		"case": "default",
		"detail": {"principal": "linux-1", "where": "acme/shop"},
		"evidence": [{"fact": "ephemeral", "value": false, "location": {"path": "export.json", "line": 1}}],
	}
}

# What one repository leaves, another one finds.
test_of_an_organization_is_a_case_of_its_own if {
	some found in rule.finding with input as _runner(["acme"], {"ephemeral": false})
	found.case == "organization"
}

test_not_when_ephemeral if count(rule.finding) == 0 with input as _runner(["acme"], {"ephemeral": true})

test_unknown_is_no_finding if count(rule.finding) == 0 with input as _runner(["acme"], {})

test_not_for_other_kinds if count(rule.finding) == 0 with input as samples.about(samples.workflow({}), {})

test_not_on_other_platforms if count(rule.finding) == 0 with input as samples.about(samples.user, {})

test_not_for_a_secret if count(rule.finding) == 0 with input as samples.about_secret({}, {})
