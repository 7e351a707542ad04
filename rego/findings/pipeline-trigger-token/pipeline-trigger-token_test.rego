package lapse.rules["pipeline-trigger-token_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["pipeline-trigger-token"] as rule

_trigger(over) := samples.about(
	samples.principal("gitlab", "trigger", "acme/shop#1", "nightly"),
	{"credentials": [samples.key(object.union(
		{"id": "gitlab:trigger-token:1", "platform": "gitlab", "kind": "trigger-token", "nativeId": "1"},
		over,
	))]},
)

test_hit if {
	some found in rule.finding with input as _trigger({})
	found == {
		"id": "pipeline-trigger-token",
		"subject": "gitlab:trigger-token:1",
		"detail": {"principal": "nightly"},
		"evidence": [{
			"fact": "trigger token",
			"value": "active",
			"location": {"path": "keys.json", "line": 7},
		}],
	}
}

# Older servers do not know an end: then there is none.
test_unknown_end_counts if {
	count(rule.finding) == 1 with input as _trigger({"status": "unknown", "expiryUnknown": true})
}

test_not_with_an_end if count(rule.finding) == 0 with input as _trigger({"expiresAt": "2026-04-01T00:00:00Z"})

test_not_when_over if count(rule.finding) == 0 with input as _trigger({"status": "expired"})

test_not_for_another_kind if count(rule.finding) == 0 with input as _trigger({"kind": "deploy-token"})

test_not_on_other_platforms if {
	token := samples.key({"kind": "trigger-token"})
	count(rule.finding) == 0 with input as samples.about(samples.user, {"credentials": [token]})
}

test_not_for_a_secret if count(rule.finding) == 0 with input as samples.about_secret({}, {})
