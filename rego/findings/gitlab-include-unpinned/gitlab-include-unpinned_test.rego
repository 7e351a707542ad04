package lapse.rules["gitlab-include-unpinned_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["gitlab-include-unpinned"] as rule

_pipeline(include, jobs) := samples.about(
	object.union(
		samples.principal("gitlab", "pipeline", "acme/shop/.gitlab-ci.yml", ".gitlab-ci.yml"),
		{
			"scope": ["acme", "shop"],
			"attributes": {"jobs": jobs, "includes": [include]},
			"locations": [samples.place(".gitlab-ci.yml", 1)],
		},
	),
	{},
)

_include(over) := object.union(
	{"from": "remote", "what": "https://example.com/ci.yml", "pinned": false, "line": 3},
	over,
)

_job := {"id": "build", "id_tokens": [], "secrets": []}

test_hit if {
	some found in rule.finding with input as _pipeline(_include({}), [_job])
	found == {
		"id": "gitlab-include-unpinned",
		"subject": "gitlab:pipeline:acme/shop/.gitlab-ci.yml",
		"case": "default",
		"detail": {
			"pipeline": ".gitlab-ci.yml",
			"what": "https://example.com/ci.yml",
			"key": "https://example.com/ci.yml",
		},
		"evidence": [{
			"fact": "include",
			"value": "https://example.com/ci.yml",
			"location": {"path": ".gitlab-ci.yml", "line": 3},
		}],
	}
}

test_beside_tokens_is_a_case_of_its_own if {
	job := object.union(_job, {"id_tokens": [{"name": "AWS", "aud": ["sts"]}]})
	some found in rule.finding with input as _pipeline(_include({}), [job])
	found.case == "with_tokens"
}

test_of_another_group if {
	foreign := _include({"from": "project", "what": "others/templates"})
	count(rule.finding) == 1 with input as _pipeline(foreign, [_job])
	component := _include({"from": "component", "what": "gitlab.com/others/scan/scan@1"})
	count(rule.finding) == 1 with input as _pipeline(component, [_job])
}

# Whoever can push to the own group can change the pipeline itself.
test_not_of_the_own_group if {
	own := _include({"from": "project", "what": "acme/templates"})
	count(rule.finding) == 0 with input as _pipeline(own, [_job])
}

# The project may be in that very group.
test_unknown_project_is_no_finding if {
	given := _pipeline(_include({"from": "project", "what": "acme/templates"}), [_job])
	count(rule.finding) == 0 with input as object.union(given, {"principal": {"scope": ["local"]}})
	address := _pipeline(_include({}), [_job])
	count(rule.finding) == 1 with input as object.union(address, {"principal": {"scope": ["local"]}})
}

# Templates come with the server, whatever they are called.
test_not_for_what_gitlab_ships if {
	count(rule.finding) == 0 with input as _pipeline(_include({"from": "template", "what": "Jobs/SAST.yml"}), [_job])
	count(rule.finding) == 0 with input as _pipeline(_include({"from": "local", "what": "/ci.yml"}), [_job])
}

test_not_when_pinned if count(rule.finding) == 0 with input as _pipeline(_include({"pinned": true}), [_job])

test_not_for_other_kinds if {
	who := samples.principal("gitlab", "project", "acme/shop", "acme/shop")
	count(rule.finding) == 0 with input as samples.about(who, {})
}

test_not_on_other_platforms if count(rule.finding) == 0 with input as samples.about(samples.workflow({}), {})

test_not_for_a_secret if count(rule.finding) == 0 with input as samples.about_secret({}, {})
