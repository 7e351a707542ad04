package lapse.rules["gcp-impersonation-wide_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["gcp-impersonation-wide"] as rule

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
	samples.privilege("impersonate-all", "yes"),
	{"what": "iam.serviceAccounts.getAccessToken in projects/shop"},
)

_holds(who, over) := samples.about(who, {
	"grants": [_binding({})],
	"effective": samples.effective({"privileges": [object.union(_privilege, over)]}),
})

test_hit if {
	some found in rule.finding with input as _holds(_account, {})
	found == {
		"id": "gcp-impersonation-wide",
		"subject": _account.id,
		"case": "default",
		"detail": {
			"principal": "ci@shop.iam.gserviceaccount.com",
			"proviso": "",
			"what": "iam.serviceAccounts.getAccessToken in projects/shop",
			"key": "iam.serviceAccounts.getAccessToken in projects/shop",
		},
		"evidence": [{
			"fact": "impersonation",
			"value": "iam.serviceAccounts.getAccessToken in projects/shop",
			"location": {"path": "export.json", "line": 42},
		}],
	}
}

test_under_conditions_is_a_case_of_its_own if {
	some found in rule.finding with input as _holds(_account, {"answer": samples.maybe})
	found.case == "conditional"
}

test_not_for_another_privilege if count(rule.finding) == 0 with input as _holds(_account, {"id": "iam-write"})

test_not_when_ruled_out if count(rule.finding) == 0 with input as _holds(_account, {"answer": "no"})

test_not_on_other_platforms if count(rule.finding) == 0 with input as _holds(samples.user, {})

test_unknown_permissions_are_no_finding if count(rule.finding) == 0 with input as samples.about(_account, {})

test_not_for_a_secret_of_it if {
	count(rule.finding) == 0 with input as samples.about_secret({}, {
		"principal": _account,
		"effective": samples.effective({"privileges": [samples.privilege("impersonate-all", "yes")]}),
	})
}
