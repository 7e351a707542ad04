package lapse.rules["workflow-all-secrets_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["workflow-all-secrets"] as rule

_runs(jobs) := samples.about(samples.workflow({"jobs": jobs}), {})

test_hit if {
	some found in rule.finding with input as _runs([samples.job({"secrets": ["*", "NPM_TOKEN"]})])
	found == {
		"id": "workflow-all-secrets",
		"subject": samples.workflow({}).id,
		"detail": {"workflow": "release.yml", "job": "build", "key": "build"},
		"evidence": [{
			"fact": "secrets",
			"value": "*",
			"location": {"path": ".github/workflows/release.yml", "line": 10},
		}],
	}
}

test_one_finding_for_each_job if {
	jobs := [samples.job({"secrets": ["*"]}), samples.job({"id": "deploy", "secrets": ["*"]}), samples.job({"id": "test"})]
	found := rule.finding with input as _runs(jobs)
	{one.detail.job | some one in found} == {"build", "deploy"}
}

# Many secrets, each by its name, are what the job needs as far as its author knows.
test_not_for_named_secrets if {
	count(rule.finding) == 0 with input as _runs([samples.job({"secrets": ["A", "B", "C", "GITHUB_TOKEN"]})])
}

test_not_on_other_platforms if count(rule.finding) == 0 with input as samples.about(samples.user, {})

test_not_for_a_secret if count(rule.finding) == 0 with input as samples.about_secret({}, {})
