package lapse.rules["github-workflows-approve_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["github-workflows-approve"] as rule

_settings(kind, attributes) := samples.about(
	object.union(samples.principal("github", kind, "acme", "acme"), {"attributes": attributes}),
	{},
)

test_hit if {
	some found in rule.finding with input as _settings("organization", {"can_approve_pull_request_reviews": true})
	found == {
		"id": "github-workflows-approve",
		"subject": "github:organization:acme",
		"detail": {"where": "acme"},
		"evidence": [{
			"fact": "can approve pull request reviews",
			"value": true,
			"location": {"path": "export.json", "line": 1},
		}],
	}
}

test_not_when_off if {
	count(rule.finding) == 0 with input as _settings("repository", {"can_approve_pull_request_reviews": false})
}

# Where no workflow runs, none approves.
test_not_where_actions_are_off if {
	off := {"can_approve_pull_request_reviews": true, "actions_enabled": false}
	count(rule.finding) == 0 with input as _settings("repository", off)
}

test_unknown_setting_is_no_finding if count(rule.finding) == 0 with input as _settings("repository", {})

test_not_for_workflows if {
	who := samples.workflow({"can_approve_pull_request_reviews": true})
	count(rule.finding) == 0 with input as samples.about(who, {})
}

test_not_on_other_platforms if count(rule.finding) == 0 with input as samples.about(samples.user, {})

test_not_for_a_secret if count(rule.finding) == 0 with input as samples.about_secret({}, {})
