package lapse.rules["gcp-basic-role-standing_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["gcp-basic-role-standing"] as rule

_account := object.union(
	samples.principal("gcp", "service-account", "ci@shop.iam.gserviceaccount.com", "ci@shop.iam.gserviceaccount.com"),
	{"scope": ["shop-prod"]},
)

_binding(over) := samples.grant(object.union(
	{
		"platform": "gcp",
		"principal": _account.id,
		"actions": ["role:roles/editor"],
		"resources": ["projects/shop-prod"],
		"scope": "projects/shop-prod",
		"via": ["role:roles/editor"],
	},
	over,
))

_privilege := object.union(
	samples.privilege("basic-role", "yes"),
	{"what": "roles/editor on projects/shop"},
)

_holds(who, over) := samples.about(who, {
	"grants": [_binding({})],
	"effective": samples.effective({"privileges": [object.union(_privilege, over)]}),
})

test_hit if {
	some found in rule.finding with input as _holds(_account, {})
	found == {
		"id": "gcp-basic-role-standing",
		"subject": _account.id,
		"case": "default",
		"detail": {
			"principal": "ci@shop.iam.gserviceaccount.com",
			"proviso": "",
			"what": "roles/editor on projects/shop",
			"key": "roles/editor on projects/shop",
		},
		"evidence": [{
			"fact": "basic role",
			"value": "roles/editor on projects/shop",
			"location": {"path": "export.json", "line": 42},
		}],
	}
}

test_under_conditions_is_a_case_of_its_own if {
	some found in rule.finding with input as _holds(_account, {"answer": samples.maybe})
	found.case == "conditional"
}

test_not_for_an_owner if {
	count(rule.finding) == 0 with input as _holds(_account, {"what": "roles/owner on projects/shop"})
}

test_not_for_a_default_account if {
	who := object.union(_account, {"attributes": {"default_account": "compute"}})
	count(rule.finding) == 0 with input as _holds(who, {})
}

test_not_for_another_privilege if {
	count(rule.finding) == 0 with input as _holds(_account, {"id": "wildcard-resource"})
}

# The same role in two projects is two bindings to take away.
test_one_finding_for_each_place if {
	both := [
		object.union(samples.privilege("basic-role", "yes"), {"what": "roles/editor on projects/a"}),
		object.union(samples.privilege("basic-role", "yes"), {"what": "roles/editor on projects/b"}),
	]
	found := rule.finding with input as samples.about(
		_account,
		{"effective": samples.effective({"privileges": both})},
	)
	count(found) == 2
}

test_not_when_ruled_out if count(rule.finding) == 0 with input as _holds(_account, {"answer": "no"})

test_not_on_other_platforms if count(rule.finding) == 0 with input as _holds(samples.user, {})

test_unknown_permissions_are_no_finding if count(rule.finding) == 0 with input as samples.about(_account, {})

test_not_for_a_secret_of_it if {
	count(rule.finding) == 0 with input as samples.about_secret({}, {
		"principal": _account,
		"effective": samples.effective({"privileges": [samples.privilege("basic-role", "yes")]}),
	})
}
