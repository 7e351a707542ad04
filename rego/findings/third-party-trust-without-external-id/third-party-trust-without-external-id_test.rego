package lapse.rules["third-party-trust-without-external-id_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["third-party-trust-without-external-id"] as rule

_trusting(over) := samples.about(samples.role, {"trusts_in": [samples.trust(object.union(
	{"subject": {"kind": "account", "value": "999988887777"}},
	over,
))]})

_case(condition) := found.case if some found in rule.finding with input as _trusting({"condition": condition})

test_hit_by_account if {
	some found in rule.finding with input as _trusting({})
	found == {
		"id": "third-party-trust-without-external-id",
		"subject": samples.role.id,
		"case": "default",
		"detail": {"principal": "deployer", "account": "999988887777", "key": "999988887777"},
		"evidence": [{
			"fact": "trusted account",
			"value": "999988887777",
			"location": {"path": "export.json", "line": 77},
		}],
	}
}

test_hit_by_principal if {
	some found in rule.finding with input as samples.about(samples.role, {"trusts_in": [samples.trust({"subject": {
		"kind": "principal",
		"id": "aws:role:arn:aws:iam::999988887777:role/vendor",
	}})]})
	found.detail.account == "999988887777"
}

test_other_conditions_are_a_case_of_their_own if {
	_case({"Bool": {"aws:SecureTransport": "true"}}) == "conditional"
}

test_not_with_external_id if {
	count(rule.finding) == 0 with input as _trusting({"condition": {"StringEquals": {"sts:ExternalId": "example"}}})
	count(rule.finding) == 0 with input as _trusting({"condition": {"stringlike": {"STS:externalid": "example"}}})
}

test_not_inside_the_organization if {
	count(rule.finding) == 0 with input as _trusting({"condition": {"StringEquals": {"aws:PrincipalOrgID": "o-example"}}})
}

# Each of these holds when the caller sends no external id at all.
test_an_external_id_that_may_be_absent_ties_nothing if {
	every operator in ["StringNotEquals", "StringEqualsIfExists", "ForAllValues:StringEquals"] {
		_case({operator: {"sts:ExternalId": "example"}}) == "conditional"
	}
}

test_not_for_its_own_account if {
	count(rule.finding) == 0 with input as _trusting({"subject": {"kind": "account", "value": "111122223333"}})
}

test_not_for_a_known_account if {
	count(rule.finding) == 0 with input as _trusting({}) with data.lapse.known_accounts as {"999988887777": "backup"}
}

test_not_for_services_and_issuers if {
	count(rule.finding) == 0 with input as _trusting({"subject": {"kind": "service", "value": "ec2.amazonaws.com"}})
	count(rule.finding) == 0 with input as _trusting({"how": "assume-web-identity"})
}

test_not_for_a_deny if count(rule.finding) == 0 with input as _trusting({"effect": "deny"})

test_not_on_other_platforms if {
	count(rule.finding) == 0 with input as object.union(_trusting({}), {"principal": {"platform": "gcp"}})
}
