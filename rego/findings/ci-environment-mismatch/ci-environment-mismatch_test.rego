package lapse.rules["ci-environment-mismatch_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["ci-environment-mismatch"] as rule

_role(over) := object.union_n([samples.role, {"environment": "production"}, over])

_login(over) := samples.trust(object.union(
	{
		"declaredBy": "subject",
		"how": "logs-in-as",
		"subject": {"kind": "principal", "id": "github:workflow:acme/shop/.github/workflows/deploy.yml"},
		"condition": {},
		"locations": [samples.place(".github/workflows/deploy.yml", 21)],
	},
	over,
))

_logs_in(who, environment) := samples.about(who, {"trusts_in": [_login({"condition": {"environment": environment}})]})

test_hit if {
	some found in rule.finding with input as _logs_in(_role({}), "staging")
	found == {
		"id": "ci-environment-mismatch",
		"subject": samples.role.id,
		"case": "production",
		"detail": {
			"principal": "deployer",
			"own": "production",
			"environment": "staging",
			"pipeline": "acme/shop/.github/workflows/deploy.yml",
			"key": "acme/shop/.github/workflows/deploy.yml staging",
		},
		"evidence": [{
			"fact": "logs in as",
			"value": "staging",
			"location": {"path": ".github/workflows/deploy.yml", "line": 21},
		}],
	}
}

test_the_other_way_round_weighs_less if {
	some found in rule.finding with input as _logs_in(_role({"environment": "dev"}), "production")
	found.case == "default"
}

# Two spellings of one environment are one environment.
test_not_for_another_spelling if count(rule.finding) == 0 with input as _logs_in(_role({}), "PROD")

# What is an expression, or a name of one's own, is not known to be another environment.
test_unknown_names_are_no_finding if {
	count(rule.finding) == 0 with input as _logs_in(_role({}), "${{ inputs.environment }}")
	count(rule.finding) == 0 with input as _logs_in(_role({}), "github-pages")
	count(rule.finding) == 0 with input as _logs_in(_role({"environment": "blue"}), "staging")
}

test_unknown_environment_is_no_finding if count(rule.finding) == 0 with input as _logs_in(samples.role, "staging")

test_not_without_an_environment_of_the_job if {
	count(rule.finding) == 0 with input as samples.about(_role({}), {"trusts_in": [_login({})]})
}

test_not_for_other_trusts if {
	other := _login({"how": "annotation", "condition": {"environment": "staging"}})
	count(rule.finding) == 0 with input as samples.about(_role({}), {"trusts_in": [other]})
}

test_not_for_a_secret if count(rule.finding) == 0 with input as samples.about_secret({}, {"principal": _role({})})
