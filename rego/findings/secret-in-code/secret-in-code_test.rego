package lapse.rules["secret-in-code_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["secret-in-code"] as rule

_case(over_secret, over) := found.case if {
	some found in rule.finding with input as samples.about_secret(over_secret, over)
}

test_hit if {
	some found in rule.finding with input as samples.about_secret({}, {})
	found == {
		"id": "secret-in-code",
		"subject": "secret:0123456789abcdef01234567",
		"case": "default",
		"detail": {"title": "AWS access key", "place": "deploy/.env", "matched": ""},
		"evidence": [
			{
				"fact": "found in",
				"value": "deploy/.env",
				"location": {"path": "deploy/.env", "line": 3, "column": 9},
			},
			{"fact": "detection", "value": "structured"},
		],
	}
}

test_matched_to_an_active_key if {
	some found in rule.finding with input as samples.about_secret(
		{},
		{"credential": samples.key({}), "principal": samples.user},
	)
	found.case == "live"
	found.detail.matched == ", the active access-key of ci-deploy"
}

test_cases if {
	_case({"validity": "active"}, {}) == "live"
	_case({"validity": "inactive"}, {}) == "dead"
	_case({"confidence": "generic"}, {}) == "generic"
	_case({"confidence": "contextual"}, {}) == "default"
	_case({}, {"credential": samples.key({"status": "inactive"})}) == "dead"
	_case({}, {"credential": samples.key({"status": "expired"})}) == "dead"
}

test_unknown_status_is_neither_live_nor_dead if {
	_case({}, {"credential": samples.key({"status": "unknown"})}) == "default"
}

test_files_of_now_come_first if {
	some found in rule.finding with input as samples.about_secret(
		{"locations": [
			{"path": "old.env", "commit": "c1", "removedBy": "c2"},
			{"path": "kept.env", "commit": "c1"},
			{"path": "new.env", "line": 2},
		]},
		{},
	)
	found.detail.place == "new.env"
	[item.value | some item in found.evidence] == ["new.env", "kept.env", "old.env", "structured"]
}

test_not_when_only_in_history if count(rule.finding) == 0 with input as samples.about_secret({"inHead": false}, {})

test_not_for_a_principal if {
	count(rule.finding) == 0 with input as samples.about(samples.user, {"secrets": [samples.secret({})]})
}
