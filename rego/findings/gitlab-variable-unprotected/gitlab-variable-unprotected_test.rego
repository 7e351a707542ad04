package lapse.rules["gitlab-variable-unprotected_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["gitlab-variable-unprotected"] as rule

_variable(attributes) := samples.about(
	samples.principal("gitlab", "project", "acme/shop", "acme/shop"),
	{"credentials": [samples.key({
		"id": "gitlab:ci-variable:acme/shop#DEPLOY_TOKEN",
		"platform": "gitlab",
		"kind": "ci-variable",
		"nativeId": "acme/shop#DEPLOY_TOKEN",
		"status": "unknown",
		"attributes": object.union(
			{"name": "DEPLOY_TOKEN", "protected": false, "masked": true, "environment_scope": "*"},
			attributes,
		),
	})]},
)

test_hit if {
	some found in rule.finding with input as _variable({})
	found == {
		"id": "gitlab-variable-unprotected",
		"subject": "gitlab:ci-variable:acme/shop#DEPLOY_TOKEN",
		"detail": {"variable": "DEPLOY_TOKEN", "where": "acme/shop"},
		"evidence": [{"fact": "protected", "value": false, "location": {"path": "keys.json", "line": 7}}],
	}
}

# That the log does not show it keeps nobody from sending it elsewhere.
test_masking_is_no_protection if count(rule.finding) == 1 with input as _variable({"masked": false})

test_not_when_protected if count(rule.finding) == 0 with input as _variable({"protected": true})

test_not_when_bound_to_an_environment if {
	count(rule.finding) == 0 with input as _variable({"environment_scope": "production"})
}

# A variable of a pipeline's file says neither.
test_unknown_protection_is_no_finding if {
	who := samples.principal("gitlab", "project", "acme/shop", "acme/shop")
	variable := samples.key({"platform": "gitlab", "kind": "ci-variable", "attributes": {"name": "A"}})
	count(rule.finding) == 0 with input as samples.about(who, {"credentials": [variable]})
}

test_not_for_other_kinds if {
	who := samples.principal("gitlab", "pipeline", "acme/shop/.gitlab-ci.yml", ".gitlab-ci.yml")
	count(rule.finding) == 0 with input as samples.about(who, {})
}

test_not_on_other_platforms if {
	count(rule.finding) == 0 with input as samples.about(samples.user, {"credentials": [samples.key({})]})
}

test_not_for_a_secret if count(rule.finding) == 0 with input as samples.about_secret({}, {})
