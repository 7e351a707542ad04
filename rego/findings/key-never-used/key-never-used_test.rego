package lapse.rules["key-never-used_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["key-never-used"] as rule

_key(over) := samples.about(samples.user, {"credentials": [samples.key(object.union(
	{"usage": samples.usage({"never": true})},
	over,
))]})

test_hit if {
	some found in rule.finding with input as _key({})
	found.subject == "aws:access-key:AKIAEXAMPLEEXAMPLE01"
	found.detail.days == 59
	found.evidence[0].location.path == "keys.json"
	found.evidence[1].source == "aws-access-key-last-used"
}

test_threshold_edge if {
	count(rule.finding) == 1 with input as _key({"createdAt": "2026-02-22T00:00:00Z"})
	count(rule.finding) == 0 with input as _key({"createdAt": "2026-02-22T00:00:01Z"})
}

test_counts_to_the_day_of_the_export if {
	count(rule.finding) == 0 with input as _key({"usage": samples.usage({"never": true, "asOf": "2026-01-03T00:00:00Z"})})
}

test_not_when_used if {
	count(rule.finding) == 0 with input as _key({"usage": samples.usage({"never": false, "lastUsedAt": samples.now})})
}

test_not_when_inactive if count(rule.finding) == 0 with input as _key({"status": "inactive"})

test_unknown_use_is_no_finding if {
	count(rule.finding) == 0 with input as samples.about(samples.user, {"credentials": [samples.key({})]})
}
