package lapse.rules["workflow-dangerous-trigger_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["workflow-dangerous-trigger"] as rule

_runs(triggers, over) := samples.about(
	samples.workflow({"triggers": triggers, "jobs": [samples.job(object.union({"untrusted_checkout": true}, over))]}),
	{},
)

test_hit if {
	some found in rule.finding with input as _runs(["push", "pull_request_target"], {})
	found == {
		"id": "workflow-dangerous-trigger",
		"subject": "github:workflow:acme/shop/.github/workflows/release.yml",
		"case": "default",
		"detail": {
			"workflow": "release.yml",
			"triggers": ["pull_request_target"],
			"job": "build",
			"key": "build",
		},
		"evidence": [{
			"fact": "checks out foreign code",
			"value": "build",
			"location": {"path": ".github/workflows/release.yml", "line": 10},
		}],
	}
	count(rule.finding) == 1 with input as _runs(["workflow_run"], {})
}

test_with_secrets_is_a_case_of_its_own if {
	every over in [{"secrets": ["NPM_TOKEN"]}, {"secrets_inherit": true}, {"id_token": true}] {
		some found in rule.finding with input as _runs(["pull_request_target"], over)
		found.case == "with_secrets"
	}
}

test_the_token_of_every_job_is_no_secret if {
	some found in rule.finding with input as _runs(["pull_request_target"], {"secrets": ["GITHUB_TOKEN"]})
	found.case == "default"
}

test_not_on_other_triggers if count(rule.finding) == 0 with input as _runs(["push", "pull_request"], {})

test_not_without_foreign_code if {
	count(rule.finding) == 0 with input as _runs(["pull_request_target"], {"untrusted_checkout": false})
}

test_not_for_others if count(rule.finding) == 0 with input as samples.about(samples.user, {})
