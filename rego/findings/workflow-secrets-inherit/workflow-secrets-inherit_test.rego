package lapse.rules["workflow-secrets-inherit_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["workflow-secrets-inherit"] as rule

_calls(over) := samples.about(
	samples.workflow({"jobs": [samples.job(object.union({"secrets_inherit": true}, over))]}),
	{},
)

test_hit if {
	some found in rule.finding with input as _calls({"reusable": "elsewhere/flows/.github/workflows/deploy.yml@v1"})
	found == {
		"id": "workflow-secrets-inherit",
		"subject": "github:workflow:acme/shop/.github/workflows/release.yml",
		"case": "default",
		"detail": {
			"workflow": "release.yml",
			"called": "elsewhere/flows/.github/workflows/deploy.yml",
			"key": "elsewhere/flows/.github/workflows/deploy.yml",
		},
		"evidence": [{
			"fact": "inherits secrets",
			"value": "build",
			"location": {"path": ".github/workflows/release.yml", "line": 10},
		}],
	}
}

test_own_repository_is_a_case_of_its_own if {
	some found in rule.finding with input as _calls({"reusable": "./.github/workflows/deploy.yml"})
	found.case == "own_repository"
}

test_unknown_callee_is_not_taken_for_ones_own if {
	some found in rule.finding with input as _calls({"reusable": null})
	found.case == "default"
	found.detail.called == "build"
}

test_not_when_named if count(rule.finding) == 0 with input as _calls({"secrets_inherit": false})

test_not_for_others if count(rule.finding) == 0 with input as samples.about(samples.user, {})
