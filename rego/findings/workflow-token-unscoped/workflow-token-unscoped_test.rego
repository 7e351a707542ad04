package lapse.rules["workflow-token-unscoped_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["workflow-token-unscoped"] as rule

_grant(actions, line) := samples.grant({
	"platform": "github",
	"actions": actions,
	"via": ["workflow"],
	"locations": [samples.place(".github/workflows/release.yml", line)],
})

_runs(attributes, grants) := samples.about(samples.workflow(attributes), {"grants": grants})

_two_jobs := [samples.job({}), samples.job({"id": "deploy"})]

test_write_all_is_another_rule if {
	attributes := {"permissions": "default", "jobs": [samples.job({"permissions": "default"})]}
	count(rule.finding) == 0 with input as _runs(attributes, [_grant(["*:write"], 5)])
}

test_hit_when_a_write_at_the_top_reaches_every_job if {
	attributes := {"permissions": {"contents": "write", "packages": "write", "id-token": "write"}, "jobs": _two_jobs}
	some found in rule.finding with input as _runs(attributes, [_grant(["contents:write"], 6)])
	found.detail.key == "top-level"
	found.detail.what == "a token that lets every job write contents, packages"
	found.evidence[0].location.line == 6
}

test_write_at_the_top_of_one_job_is_fine if {
	count(rule.finding) == 0 with input as _runs({"permissions": {"contents": "write"}, "jobs": [samples.job({})]}, [])
}

test_hit_without_a_word_on_permissions if {
	some found in rule.finding with input as _runs(
		{"permissions": "default", "jobs": [samples.job({"permissions": "default"})]},
		[],
	)
	found.detail.key == "default"
	found.evidence[0].location.line == 1
}

test_every_job_for_itself_is_fine if {
	count(rule.finding) == 0 with input as _runs({"permissions": "default", "jobs": _two_jobs}, [])
}

test_reading_is_fine if {
	count(rule.finding) == 0 with input as _runs({"jobs": _two_jobs}, [_grant(["contents:read"], 4)])
}

test_asking_for_an_oidc_token_is_fine if {
	count(rule.finding) == 0 with input as _runs({"permissions": {"id-token": "write"}, "jobs": _two_jobs}, [])
}

test_not_for_others if {
	count(rule.finding) == 0 with input as samples.about(samples.user, {})
}

test_unknown_attributes_are_no_finding if {
	who := samples.principal("github", "workflow", "acme/shop/.github/workflows/x.yml", "x.yml")
	count(rule.finding) == 0 with input as samples.about(who, {})
}
