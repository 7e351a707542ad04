package lapse.rules["root-access-key_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["root-access-key"] as rule

_input(who, over) := samples.about(who, {"credentials": [samples.key(over)]})

test_hit if {
	some found in rule.finding with input as _input(samples.root, {})
	found.subject == "aws:access-key:AKIAEXAMPLEEXAMPLE01"
	found.detail.account == "111122223333"
	found.evidence[0].location.line == 7
}

test_not_for_a_user if count(rule.finding) == 0 with input as _input(samples.user, {})

test_not_when_inactive if count(rule.finding) == 0 with input as _input(samples.root, {"status": "inactive"})

test_unknown_status_is_no_finding if count(rule.finding) == 0 with input as _input(samples.root, {"status": "unknown"})
