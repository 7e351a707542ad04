package lapse.rules["azure-role-assigner-standing_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["azure-role-assigner-standing"] as rule

_app := object.union(
	samples.principal("azure", "service-principal", "11111111-2222-3333-4444-555555555555", "deployer"),
	{"attributes": {"type": "Application"}},
)

_assigned(scope, over) := samples.about(_app, {"grants": [samples.grant(object.union(
	{
		"platform": "azure",
		"actions": ["role:18d7d88d-d35e-4fb5-a5c3-7773c20a72d9"],
		"resources": [scope],
		"via": ["assignment:a", "role:User Access Administrator"],
	},
	over,
))]})

test_hit if {
	some found in rule.finding with input as _assigned("/subscriptions/shop", {})
	found == {
		"id": "azure-role-assigner-standing",
		"subject": _app.id,
		"case": "default",
		"detail": {
			"principal": "deployer",
			"scope": "/subscriptions/shop",
			"proviso": "",
			"key": "role:18d7d88d-d35e-4fb5-a5c3-7773c20a72d9 /subscriptions/shop",
		},
		"evidence": [{
			"fact": "role assignment",
			"value": ["assignment:a", "role:User Access Administrator"],
			"location": {"path": "export.json", "line": 42},
		}],
	}
}

test_the_root_is_a_case_of_its_own if {
	some found in rule.finding with input as _assigned("/", {})
	found.case == "root"
	found.detail.scope == "the whole tenant"
}

test_management_group if {
	group := "/providers/microsoft.management/managementgroups/acme"
	count(rule.finding) == 1 with input as _assigned(group, {})
}

test_with_a_condition_is_a_case_of_its_own if {
	some found in rule.finding with input as _assigned("/subscriptions/shop", {"condition": {"abac": "@Request"}})
	found.case == "conditional"
}

# What must be activated first, and what ends by itself, is no standing right.
test_not_when_time_boxed if {
	eligible := {"condition": {"pim": {"state": "eligible"}}}
	count(rule.finding) == 0 with input as _assigned("/subscriptions/shop", eligible)
	activated := {"condition": {"pim": {"state": "activated", "until": "2026-03-01T08:00:00Z"}}}
	count(rule.finding) == 0 with input as _assigned("/subscriptions/shop", activated)
}

test_assigned_for_good_by_pim_counts if {
	for_good := {"condition": {"pim": {"state": "assigned"}}}
	count(rule.finding) == 1 with input as _assigned("/subscriptions/shop", for_good)
}

test_not_below_a_subscription if {
	count(rule.finding) == 0 with input as _assigned("/subscriptions/shop/resourcegroups/web", {})
}

test_not_for_other_roles if {
	count(rule.finding) == 0 with input as _assigned("/subscriptions/shop", {"actions": ["role:reader"]})
}

test_not_for_a_deny if count(rule.finding) == 0 with input as _assigned("/subscriptions/shop", {"effect": "deny"})

test_not_without_grants if count(rule.finding) == 0 with input as samples.about(_app, {})

test_not_on_other_platforms if count(rule.finding) == 0 with input as samples.about(samples.user, {})

test_not_for_a_secret if count(rule.finding) == 0 with input as samples.about_secret({}, {"principal": _app})
