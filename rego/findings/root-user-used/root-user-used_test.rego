package lapse.rules["root-user-used_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["root-user-used"] as rule

_password(usage) := {"credentials": [samples.key({"kind": "console-password", "usage": samples.usage(usage)})]}

test_hit if {
	some found in rule.finding with input as samples.about(samples.root, _password({"lastUsedAt": "2026-02-01T00:00:00Z"}))
	found.detail == {"account": "111122223333", "days": 28, "asked": "today"}
	trail := object.union(samples.root, {"usage": samples.usage({"lastUsedAt": "2026-02-27T00:00:00Z"})})
	some called in rule.finding with input as samples.about(trail, _password({"lastUsedAt": "2020-01-01T00:00:00Z"}))
	called.detail.days == 2
}

# It was in use when the report was made, however long ago that is.
test_recent_for_the_report if {
	old := {"lastUsedAt": "2024-01-01T00:00:00Z", "asOf": "2024-01-02T00:00:00Z"}
	some found in rule.finding with input as samples.about(samples.root, _password(old))
	[found.detail.days, found.detail.asked] == [1, "the report was made"]
}

test_threshold_edge if {
	count(rule.finding) == 0 with input as samples.about(samples.root, _password({"lastUsedAt": "2025-12-01T00:00:00Z"}))
	count(rule.finding) == 1 with input as samples.about(samples.root, _password({"lastUsedAt": "2025-12-02T00:00:00Z"}))
}

test_near_misses if {
	count(rule.finding) == 0 with input as samples.about(samples.user, _password({"lastUsedAt": "2026-02-01T00:00:00Z"}))
	count(rule.finding) == 0 with input as samples.about(samples.root, _password({"never": true}))
	count(rule.finding) == 0 with input as samples.about(samples.root, {})
}
