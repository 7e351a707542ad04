package lapse.rules["ci-production-unguarded_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["ci-production-unguarded"] as rule

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

_logs_in(who, over) := samples.about(who, {"trusts_in": [_login(over)]})

test_hit if {
	some found in rule.finding with input as _logs_in(_role({"environment": "prod"}), {})
	found == {
		"id": "ci-production-unguarded",
		"subject": samples.role.id,
		"detail": {"principal": "deployer", "pipelines": ["acme/shop/.github/workflows/deploy.yml"]},
		"evidence": [{
			"fact": "logs in without an environment",
			"value": "acme/shop/.github/workflows/deploy.yml",
			"location": {"path": ".github/workflows/deploy.yml", "line": 21},
		}],
	}
}

test_of_gitlab if {
	pipeline := {"subject": {"kind": "principal", "id": "gitlab:pipeline:acme/shop/.gitlab-ci.yml"}}
	count(rule.finding) == 1 with input as _logs_in(_role({}), pipeline)
}

# An expression is an environment, too; which one is decided when it runs.
test_not_with_an_environment if {
	count(rule.finding) == 0 with input as _logs_in(_role({}), {"condition": {"environment": "${{ inputs.to }}"}})
}

# CircleCI and Jenkins know no environments that could stand before a job.
test_not_for_hosts_without_environments if {
	pipeline := {"subject": {"kind": "principal", "id": "circleci:pipeline:acme/shop/.circleci/config.yml"}}
	count(rule.finding) == 0 with input as _logs_in(_role({}), pipeline)
}

test_not_elsewhere if count(rule.finding) == 0 with input as _logs_in(_role({"environment": "staging"}), {})

test_unknown_environment_is_no_finding if count(rule.finding) == 0 with input as _logs_in(samples.role, {})

test_not_for_other_trusts if count(rule.finding) == 0 with input as _logs_in(_role({}), {"how": "runs-as"})

test_not_for_a_secret if count(rule.finding) == 0 with input as samples.about_secret({}, {"principal": _role({})})
