package lapse.rules["secret-unrotated_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["secret-unrotated"] as rule

_since(dates) := {"locations": [object.union(samples.place("deploy/.env", 3), {"date": date}) | some date in dates]}

test_hit if {
	some found in rule.finding with input as samples.about_secret(_since(["2025-03-01T00:00:00Z"]), {})
	found.detail == {"title": "AWS access key", "place": "deploy/.env", "days": 365}
}

# A file that was moved last week brings the secret anew; it is as old as its first commit.
test_the_first_date_counts if {
	moved := _since(["2026-02-20T00:00:00Z", "2025-03-01T00:00:00Z"])
	count(rule.finding) == 1 with input as samples.about_secret(moved, {})
}

test_threshold_edge if {
	count(rule.finding) == 1 with input as samples.about_secret(_since(["2025-12-01T00:00:00Z"]), {})
	count(rule.finding) == 0 with input as samples.about_secret(_since(["2025-12-01T00:00:01Z"]), {})
}

test_not_when_the_provider_knows_its_age if {
	count(rule.finding) == 0 with input as samples.about_secret(
		_since(["2025-03-01T00:00:00Z"]),
		{"credential": samples.key({})},
	)
}

test_not_what_is_gone_dead_or_a_guess if {
	old := _since(["2025-03-01T00:00:00Z"])
	every over in [{"inHead": false}, {"validity": "inactive"}, {"confidence": "generic"}] {
		count(rule.finding) == 0 with input as samples.about_secret(object.union(old, over), {})
	}
}

test_unknown_date_is_no_finding if count(rule.finding) == 0 with input as samples.about_secret({}, {})
