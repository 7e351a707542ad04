package lapse.rules["gitlab-job-token-open_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["gitlab-job-token-open"] as rule

_project(attributes) := samples.about(
	object.union(samples.principal("gitlab", "project", "acme/shop", "acme/shop"), {"attributes": attributes}),
	{},
)

test_hit if {
	some found in rule.finding with input as _project({"job_token_inbound_limited": false})
	found == {
		"id": "gitlab-job-token-open",
		"subject": "gitlab:project:acme/shop",
		"detail": {"project": "acme/shop"},
		"evidence": [{
			"fact": "job token allowlist",
			"value": false,
			"location": {"path": "export.json", "line": 1},
		}],
	}
}

test_not_when_limited if count(rule.finding) == 0 with input as _project({"job_token_inbound_limited": true})

# The old setting is about where the own tokens go, and protects others.
test_not_for_the_other_direction if {
	open := {"job_token_inbound_limited": true, "job_token_outbound_limited": false}
	count(rule.finding) == 0 with input as _project(open)
}

test_unknown_setting_is_no_finding if count(rule.finding) == 0 with input as _project({"visibility": "private"})

test_not_for_other_kinds if {
	who := object.union(
		samples.principal("gitlab", "pipeline", "a", "a"),
		{"attributes": {"job_token_inbound_limited": false}},
	)
	count(rule.finding) == 0 with input as samples.about(who, {})
}

test_not_on_other_platforms if count(rule.finding) == 0 with input as samples.about(samples.user, {})

test_not_for_a_secret if count(rule.finding) == 0 with input as samples.about_secret({}, {})
