package lapse.rules["gcp-human-can-impersonate_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["gcp-human-can-impersonate"] as rule

_account := object.union(
	samples.principal("gcp", "service-account", "ci@shop.iam.gserviceaccount.com", "ci@shop.iam.gserviceaccount.com"),
	{"scope": ["shop-prod"]},
)

_bound(over) := samples.grant(object.union(
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

_alice := samples.principal("gcp", "user", "alice@example.com", "alice@example.com")

_way(over) := object.union(
	{
		"id": "gcp-access-token",
		"answer": "yes",
		"target": _account.id,
		"uses": ["iam.serviceAccounts.getAccessToken"],
		"evidence": ["grant:1"],
	},
	over,
)

_can(who, ways, over) := samples.about(who, {
	"grants": [_bound({"principal": who.id})],
	"effective": samples.effective(object.union({"escalations": ways}, over)),
})

test_hit if {
	some found in rule.finding with input as _can(_alice, [_way({})], {})
	found == {
		"id": "gcp-human-can-impersonate",
		"subject": "gcp:user:alice@example.com",
		"case": "default",
		"detail": {
			"principal": "alice@example.com",
			"accounts": ["ci@shop.iam.gserviceaccount.com"],
			"proviso": "",
		},
		"evidence": [{
			"fact": "gcp-access-token",
			"value": ["iam.serviceAccounts.getAccessToken"],
			"location": {"path": "export.json", "line": 42},
		}],
	}
}

test_several_ways_to_one_account_are_one_finding if {
	ways := [_way({"answer": samples.maybe}), _way({"id": "gcp-sign-jwt"})]
	found := rule.finding with input as _can(_alice, ways, {})
	count(found) == 1
	some one in found
	one.case == "default"
	one.detail.accounts == ["ci@shop.iam.gserviceaccount.com"]
}

test_under_conditions_is_a_case_of_its_own if {
	some found in rule.finding with input as _can(_alice, [_way({"answer": samples.maybe})], {})
	found.case == "conditional"
}

# That a program acts as another one is no human use.
test_not_for_a_program if count(rule.finding) == 0 with input as _can(_account, [_way({})], {})

# Running code as an account needs something that runs it, which leaves a trace of its own.
test_not_for_ways_over_compute if {
	count(rule.finding) == 0 with input as _can(_alice, [_way({"id": "gcp-create-instance"})], {})
}

test_not_for_other_ends if {
	count(rule.finding) == 0 with input as _can(_alice, [_way({"target": "gcp:project:shop"})], {})
}

test_not_for_an_administrator if count(rule.finding) == 0 with input as _can(_alice, [_way({})], {"admin": "yes"})

test_not_when_ruled_out if count(rule.finding) == 0 with input as _can(_alice, [_way({"answer": "no"})], {})

test_not_on_other_platforms if count(rule.finding) == 0 with input as _can(samples.user, [_way({})], {})

test_unknown_permissions_are_no_finding if count(rule.finding) == 0 with input as samples.about(_alice, {})

test_not_for_a_secret if count(rule.finding) == 0 with input as samples.about_secret({}, {"principal": _alice})
