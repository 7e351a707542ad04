package lapse.rules["gitlab-id-token-many-audiences_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["gitlab-id-token-many-audiences"] as rule

_pipeline(audiences) := samples.about(
	object.union(
		samples.principal("gitlab", "pipeline", "acme/shop/.gitlab-ci.yml", ".gitlab-ci.yml"),
		{"attributes": {"jobs": [{"id": "deploy", "line": 5, "id_tokens": [{"name": "TOKEN", "aud": audiences}]}]}},
	),
	{},
)

test_hit if {
	some found in rule.finding with input as _pipeline(["https://vault.example.com", "https://aws.example.com"])
	found == {
		"id": "gitlab-id-token-many-audiences",
		"subject": "gitlab:pipeline:acme/shop/.gitlab-ci.yml",
		"detail": {
			"pipeline": ".gitlab-ci.yml",
			"job": "deploy",
			"token": "TOKEN",
			"count": 2,
			"key": "deploy TOKEN",
		},
		"evidence": [{
			"fact": "audiences",
			"value": ["https://aws.example.com", "https://vault.example.com"],
			"location": {"path": "export.json", "line": 5},
		}],
	}
}

test_not_for_one if count(rule.finding) == 0 with input as _pipeline(["https://vault.example.com"])

# The same audience twice is one service.
test_not_for_a_repetition if {
	count(rule.finding) == 0 with input as _pipeline(["https://vault.example.com", "https://vault.example.com"])
}

test_not_for_other_kinds if {
	who := samples.principal("gitlab", "project", "acme/shop", "acme/shop")
	count(rule.finding) == 0 with input as samples.about(who, {})
}

test_not_on_other_platforms if count(rule.finding) == 0 with input as samples.about(samples.workflow({}), {})

test_not_for_a_secret if count(rule.finding) == 0 with input as samples.about_secret({}, {})
