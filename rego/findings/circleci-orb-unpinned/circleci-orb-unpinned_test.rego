package lapse.rules["circleci-orb-unpinned_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["circleci-orb-unpinned"] as rule

_pipeline(uses, contexts) := samples.about(
	object.union(
		samples.principal("circleci", "pipeline", "acme/shop/.circleci/config.yml", ".circleci/config.yml"),
		{
			"scope": ["acme", "shop"],
			"attributes": {
				"jobs": [{"id": "deploy", "contexts": contexts}],
				"orbs": [{"uses": uses, "pinned": regex.match(`@[0-9]+\.[0-9]+\.[0-9]+$`, uses), "line": 4}],
			},
			"locations": [samples.place(".circleci/config.yml", 1)],
		},
	),
	{},
)

test_hit if {
	some found in rule.finding with input as _pipeline("others/deploy@volatile", ["production"])
	found == {
		"id": "circleci-orb-unpinned",
		"subject": "circleci:pipeline:acme/shop/.circleci/config.yml",
		"detail": {
			"pipeline": ".circleci/config.yml",
			"orb": "others/deploy@volatile",
			"contexts": ["production"],
			"key": "others/deploy",
		},
		"evidence": [{
			"fact": "orb",
			"value": "others/deploy@volatile",
			"location": {"path": ".circleci/config.yml", "line": 4},
		}],
	}
}

# Two numbers move with each fix that is published.
test_two_numbers_move if count(rule.finding) == 1 with input as _pipeline("others/deploy@1.2", ["production"])

test_not_when_pinned if count(rule.finding) == 0 with input as _pipeline("others/deploy@1.2.3", ["production"])

# Who can publish these has the runner or the repository anyway.
test_not_for_the_host_or_ones_own if {
	count(rule.finding) == 0 with input as _pipeline("circleci/node@5", ["production"])
	count(rule.finding) == 0 with input as _pipeline("acme/deploy@volatile", ["production"])
}

# The orb may be of the same organization.
test_unknown_repository_is_no_finding if {
	given := _pipeline("others/deploy@volatile", ["production"])
	count(rule.finding) == 0 with input as object.union(given, {"principal": {"scope": ["local"]}})
}

test_not_without_contexts if count(rule.finding) == 0 with input as _pipeline("others/deploy@volatile", [])

test_not_on_other_platforms if count(rule.finding) == 0 with input as samples.about(samples.workflow({}), {})

test_not_for_a_secret if count(rule.finding) == 0 with input as samples.about_secret({}, {})
