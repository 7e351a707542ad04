package lapse.rules["workflow-token-wide_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["workflow-token-wide"] as rule

_grant(actions, line) := samples.grant({
	"platform": "github",
	"actions": actions,
	"via": ["workflow"],
	"locations": [samples.place(".github/workflows/release.yml", line)],
})

_runs(attributes, grants) := samples.about(samples.workflow(attributes), {"grants": grants})

_two_jobs := [samples.job({}), samples.job({"id": "deploy"})]

test_write_all if {
	some found in rule.finding with input as _runs({"permissions": "write-all"}, [_grant(["*:write"], 5)])
	found == {
		"id": "workflow-token-wide",
		"subject": "github:workflow:acme/shop/.github/workflows/release.yml",
		"case": "default",
		"detail": {
			"workflow": "release.yml",
			"what": "a token that may write everything",
			"key": "write-all",
		},
		"evidence": [{
			"fact": "permissions",
			"value": "write-all",
			"location": {"path": ".github/workflows/release.yml", "line": 5},
		}],
	}
}

test_write_at_the_top_reaches_every_job if {
	attributes := {"permissions": {"contents": "write", "packages": "write", "id-token": "write"}, "jobs": _two_jobs}
	some found in rule.finding with input as _runs(attributes, [_grant(["contents:write"], 6)])
	found.case == "top_level_write"
	found.detail.what == "a token that lets every job write contents, packages"
	found.evidence[0].location.line == 6
}

test_write_at_the_top_of_one_job_is_fine if {
	count(rule.finding) == 0 with input as _runs({"permissions": {"contents": "write"}, "jobs": [samples.job({})]}, [])
}

test_no_word_on_permissions if {
	some found in rule.finding with input as _runs(
		{"permissions": "default", "jobs": [samples.job({"permissions": "default"})]},
		[],
	)
	found.case == "default_token"
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
	count(rule.finding) == 0 with input as samples.about(samples.user, {"grants": [_grant(["*:write"], 5)]})
}

test_unknown_attributes_are_no_finding if {
	who := samples.principal("github", "workflow", "acme/shop/.github/workflows/x.yml", "x.yml")
	count(rule.finding) == 0 with input as samples.about(who, {})
}
