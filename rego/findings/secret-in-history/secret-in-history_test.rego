package lapse.rules["secret-in-history_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["secret-in-history"] as rule

_gone := {"inHead": false, "locations": [{"path": "deploy/.env", "line": 3, "commit": "c1", "removedBy": "c2"}]}

test_hit if {
	some found in rule.finding with input as samples.about_secret(_gone, {})
	found.subject == "secret:0123456789abcdef01234567"
	found.case == "default"
	found.detail == {"title": "AWS access key", "place": "deploy/.env", "matched": ""}
	found.evidence[0].location.commit == "c1"
}

test_live if {
	some found in rule.finding with input as samples.about_secret(
		_gone,
		{"credential": samples.key({}), "principal": samples.user},
	)
	found.case == "live"
}

test_not_when_in_a_file if count(rule.finding) == 0 with input as samples.about_secret({}, {})

test_not_for_a_principal if count(rule.finding) == 0 with input as samples.about(samples.user, {})
