package lapse.rules["secret-reused_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["secret-reused"] as rule

_in(paths) := samples.about_secret({"locations": [samples.place(path, 1) | some path in paths]}, {})

test_threshold_edge if {
	some found in rule.finding with input as _in(["a.env", "b.env"])
	found.detail == {"title": "AWS access key", "count": 2}
	found.evidence[1].location.path == "b.env"
	count(rule.finding) == 0 with input as _in(["a.env"])
}

test_twice_in_one_file_is_once if count(rule.finding) == 0 with input as _in(["a.env", "a.env"])

test_removed_places_do_not_count if {
	count(rule.finding) == 0 with input as samples.about_secret(
		{"locations": [samples.place("a.env", 1), {"path": "b.env", "commit": "c1", "removedBy": "c2"}]},
		{},
	)
}

test_not_when_only_in_history if {
	count(rule.finding) == 0 with input as samples.about_secret(
		{"inHead": false, "locations": [samples.place("a.env", 1), samples.place("b.env", 1)]},
		{},
	)
}

test_generic_is_a_case_of_its_own if {
	some found in rule.finding with input as samples.about_secret(
		{"confidence": "generic", "locations": [samples.place("a.env", 1), samples.place("b.env", 1)]},
		{},
	)
	found.case == "generic"
}

test_not_for_a_principal if count(rule.finding) == 0 with input as samples.about(samples.user, {})
