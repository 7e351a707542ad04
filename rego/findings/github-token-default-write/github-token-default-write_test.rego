package lapse.rules["github-token-default-write_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["github-token-default-write"] as rule

_settings(kind, attributes) := samples.about(
	object.union(samples.principal("github", kind, "acme/shop", "acme/shop"), {"attributes": attributes}),
	{},
)

test_hit if {
	some found in rule.finding with input as _settings("repository", {"default_workflow_permissions": "write"})
	found == {
		"id": "github-token-default-write",
		"subject": "github:repository:acme/shop",
		"detail": {"where": "acme/shop"},
		"evidence": [{
			"fact": "default workflow permissions",
			"value": "write",
			"location": {"path": "export.json", "line": 1},
		}],
	}
}

test_of_an_organization if {
	count(rule.finding) == 1 with input as _settings("organization", {"default_workflow_permissions": "write"})
}

test_not_when_it_is_read if {
	count(rule.finding) == 0 with input as _settings("repository", {"default_workflow_permissions": "read"})
}

# Where no workflow runs, none has a token.
test_not_where_actions_are_off if {
	off := {"default_workflow_permissions": "write", "actions_enabled": false}
	count(rule.finding) == 0 with input as _settings("repository", off)
}

test_unknown_setting_is_no_finding if count(rule.finding) == 0 with input as _settings("repository", {})

test_not_for_workflows if count(rule.finding) == 0 with input as samples.about(samples.workflow({}), {})

test_not_on_other_platforms if count(rule.finding) == 0 with input as samples.about(samples.user, {})

test_not_for_a_secret if count(rule.finding) == 0 with input as samples.about_secret({}, {})
