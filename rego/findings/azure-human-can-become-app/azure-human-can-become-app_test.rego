package lapse.rules["azure-human-can-become-app_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["azure-human-can-become-app"] as rule

_app := object.union(
	samples.principal("azure", "service-principal", "11111111-2222-3333-4444-555555555555", "deployer"),
	{"attributes": {"type": "Application"}},
)

_alice := samples.principal("azure", "user", "alice", "alice@example.com")

_way(over) := object.union(
	{
		"id": "entra-owner-credential",
		"answer": "yes",
		"target": _app.id,
		"uses": ["owner of the application deployer"],
		"evidence": ["trust:1"],
	},
	over,
)

_can(who, ways, over) := samples.about(who, {"effective": samples.effective(object.union({"escalations": ways}, over))})

test_hit if {
	some found in rule.finding with input as _can(_alice, [_way({})], {})
	found == {
		"id": "azure-human-can-become-app",
		"subject": "azure:user:alice",
		"case": "default",
		"detail": {"principal": "alice@example.com", "count": 1, "proviso": ""},
		"evidence": [{
			"fact": "entra-owner-credential",
			"value": {"uses": ["owner of the application deployer"], "target": _app.id},
			"location": {"path": "export.json", "line": 1},
		}],
	}
}

test_place_of_the_role if {
	some found in rule.finding with input as object.union(
		_can(_alice, [_way({"id": "entra-application-credential", "evidence": ["grant:1"]})], {}),
		{"grants": [samples.grant({})]},
	)
	found.evidence[0].location == {"path": "export.json", "line": 42}
}

test_a_path_to_an_administrator_is_a_case_of_its_own if {
	some found in rule.finding with input as object.union(
		_can(_alice, [_way({})], {}),
		{"paths": [samples.path("yes")]},
	)
	found.case == "privileged"
}

test_under_conditions_is_a_case_of_its_own if {
	some found in rule.finding with input as _can(_alice, [_way({"answer": samples.maybe})], {})
	found.case == "conditional"
}

# Two ways to one application are one application.
test_counts_applications if {
	ways := [_way({}), _way({"id": "entra-application-credential"}), _way({"target": "azure:service-principal:other"})]
	some found in rule.finding with input as _can(_alice, ways, {})
	found.detail.count == 2
}

# Joining a group is another step.
test_not_for_other_ways if {
	count(rule.finding) == 0 with input as _can(_alice, [_way({"id": "entra-group-owner"})], {})
}

test_not_for_a_program if count(rule.finding) == 0 with input as _can(_app, [_way({})], {})

test_not_for_an_administrator if count(rule.finding) == 0 with input as _can(_alice, [_way({})], {"admin": "yes"})

test_not_when_ruled_out if count(rule.finding) == 0 with input as _can(_alice, [_way({"answer": "no"})], {})

test_unknown_permissions_are_no_finding if count(rule.finding) == 0 with input as samples.about(_alice, {})

test_not_on_other_platforms if count(rule.finding) == 0 with input as _can(samples.user, [_way({})], {})

test_not_for_a_secret if count(rule.finding) == 0 with input as samples.about_secret({}, {"principal": _alice})
