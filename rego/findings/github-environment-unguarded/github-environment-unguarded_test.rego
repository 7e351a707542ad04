package lapse.rules["github-environment-unguarded_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["github-environment-unguarded"] as rule

_environment(name, attributes) := object.union(
	samples.principal("github", "environment", concat("/", ["acme/shop", name]), name),
	{
		"scope": ["acme", "shop"],
		"attributes": object.union(
			{"deployment_branches": "any", "required_reviewers": [], "custom_rules": 0},
			attributes,
		),
	},
)

_with_secret(who) := samples.about(who, {"credentials": [samples.key({
	"platform": "github",
	"kind": "actions-secret",
	"nativeId": "acme/shop/demo#TOKEN",
})]})

test_hit if {
	some found in rule.finding with input as _with_secret(_environment("demo", {}))
	found == {
		"id": "github-environment-unguarded",
		"subject": "github:environment:acme/shop/demo",
		"case": "default",
		"detail": {"environment": "demo", "repository": "acme/shop", "count": 1},
		"evidence": [
			{"fact": "deployment branches", "value": "any", "location": {"path": "export.json", "line": 1}},
			{"fact": "secret", "value": "acme/shop/demo#TOKEN", "location": {"path": "keys.json", "line": 7}},
		],
	}
}

test_production_is_a_case_of_its_own if {
	some found in rule.finding with input as _with_secret(_environment("prod", {}))
	found.case == "production"
}

# One gate is enough: a reviewer, the branch, or somebody else's check.
test_not_with_a_gate if {
	count(rule.finding) == 0 with input as _with_secret(_environment("demo", {"required_reviewers": ["user:alice"]}))
	count(rule.finding) == 0 with input as _with_secret(_environment("demo", {"deployment_branches": "protected"}))
	count(rule.finding) == 0 with input as _with_secret(_environment("demo", {"custom_rules": 1}))
}

# A timer only delays.
test_waiting_is_no_gate if {
	count(rule.finding) == 1 with input as _with_secret(_environment("demo", {"wait_minutes": 30}))
}

test_not_without_secrets if count(rule.finding) == 0 with input as samples.about(_environment("demo", {}), {})

# An answer without rules says nothing about them.
test_unknown_rules_are_no_finding if {
	who := samples.principal("github", "environment", "acme/shop/demo", "demo")
	count(rule.finding) == 0 with input as _with_secret(who)
}

test_not_for_other_kinds if count(rule.finding) == 0 with input as _with_secret(samples.workflow({}))

test_not_on_other_platforms if count(rule.finding) == 0 with input as _with_secret(samples.user)

test_not_for_a_secret if count(rule.finding) == 0 with input as samples.about_secret({}, {})
