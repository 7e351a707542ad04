package lapse.rules["cloud-identity-shared-by-accounts_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["cloud-identity-shared-by-accounts"] as rule

_annotation(id, over) := samples.trust(object.union(
	{
		"how": "annotation",
		"declaredBy": "subject",
		"subject": {"kind": "principal", "id": id},
		"locations": [samples.place("k8s/orders.yaml", 8)],
	},
	over,
))

_taken_by(trusts) := samples.about(samples.role, {"trusts_in": trusts})

test_hit if {
	some found in rule.finding with input as _taken_by([
		_annotation("kubernetes:service-account:prod/shop/orders", {}),
		_annotation("kubernetes:service-account:prod/staging/orders", {}),
	])
	found.id == "cloud-identity-shared-by-accounts"
	found.subject == samples.role.id
	found.detail == {"principal": "deployer", "count": 2, "accounts": ["prod/shop/orders", "prod/staging/orders"]}
	found.evidence[0].location == {"path": "k8s/orders.yaml", "line": 8}
}

# The same account in a manifest and in an export is one account.
test_the_same_account_twice_is_one if {
	count(rule.finding) == 0 with input as _taken_by([
		_annotation("kubernetes:service-account:prod/shop/orders", {"id": "trust:1"}),
		_annotation("kubernetes:service-account:prod/shop/orders", {"id": "trust:2"}),
	])
}

# Charts declare annotations too, but no service account of a cluster.
test_not_for_other_declarations if {
	count(rule.finding) == 0 with input as _taken_by([
		_annotation("kubernetes:service-account:prod/shop/orders", {}),
		_annotation("helm:workload:acme/shop/values.yaml#orders", {}),
		_annotation("kubernetes:service-account:prod/staging/orders", {"how": "assume-web-identity"}),
	])
}

test_not_on_other_platforms if {
	count(rule.finding) == 0 with input as samples.about(samples.service_account, {"trusts_in": [
		_annotation("kubernetes:service-account:prod/shop/orders", {}),
		_annotation("kubernetes:service-account:prod/staging/orders", {}),
	]})
}

test_not_for_a_secret if {
	count(rule.finding) == 0 with input as samples.about_secret({}, {"principal": samples.role})
}
