package lapse.rules["trust-any-principal_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["trust-any-principal"] as rule

_trusting(over) := samples.about(samples.role, {"trusts_in": [samples.trust(over)]})

_condition := {"StringEquals": {"aws:PrincipalOrgID": "o-example"}}

test_hit if {
	some found in rule.finding with input as _trusting({})
	found == {
		"id": "trust-any-principal",
		"subject": samples.role.id,
		"case": "default",
		"detail": {"principal": "deployer", "proviso": ""},
		"evidence": [{"fact": "trusts anybody", "value": {}, "location": {"path": "export.json", "line": 77}}],
	}
}

test_an_empty_condition_is_none if {
	some found in rule.finding with input as _trusting({"condition": {}})
	found.case == "default"
}

test_under_conditions_is_a_case_of_its_own if {
	some found in rule.finding with input as _trusting({"condition": _condition})
	found.case == "conditional"
	found.detail.proviso == " who meets its condition"
	found.evidence[0].value == _condition
}

test_the_widest_trust_decides if {
	some found in rule.finding with input as samples.about(samples.role, {"trusts_in": [
		samples.trust({"condition": _condition}),
		samples.trust({"id": "trust:2"}),
	]})
	found.case == "default"
	count(found.evidence) == 2
}

test_not_for_a_named_principal if {
	count(rule.finding) == 0 with input as _trusting({"subject": {"kind": "account", "value": "111122223333"}})
}

test_not_for_a_deny if count(rule.finding) == 0 with input as _trusting({"effect": "deny"})

test_not_for_a_claim_by_others if count(rule.finding) == 0 with input as _trusting({"declaredBy": "subject"})

test_not_for_a_secret if count(rule.finding) == 0 with input as samples.about_secret({}, {"principal": samples.role})
