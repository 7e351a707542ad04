package lapse.rules["key-unused_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["key-unused"] as rule

_used(usage) := samples.about(samples.user, {"credentials": [samples.key({"usage": samples.usage(usage)})]})

test_hit if {
	some found in rule.finding with input as _used({"lastUsedAt": "2025-10-22T00:00:00Z"})
	found.subject == "aws:access-key:AKIAEXAMPLEEXAMPLE01"
	found.detail == {"credential": "AKIA…LE01", "principal": "ci-deploy", "days": 130}
	found.evidence[0].location == {"path": "keys.json", "line": 7}
	found.evidence[1] == {
		"fact": "last used",
		"value": "2025-10-22T00:00:00Z",
		"source": "aws-access-key-last-used",
		"confidence": "medium",
	}
}

test_threshold_edge if {
	count(rule.finding) == 1 with input as _used({"lastUsedAt": "2025-12-01T00:00:00Z"})
	count(rule.finding) == 0 with input as _used({"lastUsedAt": "2025-12-01T00:00:01Z"})
}

# The export is 100 days old: what happened since is not known.
test_counts_to_the_day_of_the_export if {
	count(rule.finding) == 0 with input as _used({
		"lastUsedAt": "2025-11-01T00:00:00Z",
		"asOf": "2025-11-21T00:00:00Z",
	})
}

test_not_when_inactive if {
	count(rule.finding) == 0 with input as samples.about(samples.user, {"credentials": [samples.key({
		"status": "inactive",
		"usage": samples.usage({"lastUsedAt": "2025-01-01T00:00:00Z"}),
	})]})
}

test_unknown_use_is_no_finding if {
	count(rule.finding) == 0 with input as samples.about(samples.user, {"credentials": [samples.key({})]})
	count(rule.finding) == 0 with input as _used({})
}

test_never_used_is_another_rule if count(rule.finding) == 0 with input as _used({"never": true})
