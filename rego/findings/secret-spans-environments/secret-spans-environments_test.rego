package lapse.rules["secret-spans-environments_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["secret-spans-environments"] as rule

_in(paths) := {"locations": [samples.place(path, 1) | some path in paths]}

test_hit if {
	some found in rule.finding with input as samples.about_secret(_in(["deploy/prod/.env", "deploy/staging/.env"]), {})
	found.detail == {
		"title": "AWS access key",
		"environments": ["production", "staging"],
		"paths": ["deploy/prod/.env", "deploy/staging/.env"],
	}
	found.case == "default"
}

# Two spellings of one environment are one; so are two files of it.
test_one_environment if {
	every paths in [["a/prod/x", "a/production/y"], ["a/staging/x", "a/dev/y"], ["a/prod/x", "b/y"]] {
		count(rule.finding) == 0 with input as samples.about_secret(_in(paths), {})
	}
}

test_a_path_of_two_says_nothing if {
	count(rule.finding) == 0 with input as samples.about_secret(_in(["prod/x", "dev/copy-of-prod.env"]), {})
}

test_a_secret_that_moved_is_in_one_place if {
	gone := object.union(samples.place("staging/.env", 1), {"removedBy": "c2"})
	count(rule.finding) == 0 with input as samples.about_secret({"locations": [samples.place("prod/.env", 1), gone]}, {})
	count(rule.finding) == 0 with input as samples.about(samples.user, {})
}
