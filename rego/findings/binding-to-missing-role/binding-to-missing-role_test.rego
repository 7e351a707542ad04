package lapse.rules["binding-to-missing-role_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["binding-to-missing-role"] as rule

_bound(over_trust, over) := samples.about(samples.service_account, object.union(
	{
		"trusts_out": [samples.binding(samples.service_account, over_trust)],
		"effective": samples.effective({"unseen": ["role kubernetes:cluster-role:prod/reader"]}),
	},
	over,
))

test_hit if {
	some found in rule.finding with input as _bound({}, {})
	found == {
		"id": "binding-to-missing-role",
		"subject": samples.service_account.id,
		"detail": {
			"principal": "shop/orders",
			"role": "reader",
			"bindings": ["ClusterRoleBinding/orders"],
			"key": "kubernetes:cluster-role:prod/reader",
		},
		"evidence": [{
			"fact": "bound to",
			"value": "kubernetes:cluster-role:prod/reader",
			"location": {"path": "k8s/orders.yaml", "line": 30},
		}],
	}
}

test_not_when_the_role_has_rules if {
	count(rule.finding) == 0 with input as _bound({}, {"grants": [samples.cluster_grant({})]})
}

test_a_role_without_rules_is_no_missing_role if {
	count(rule.finding) == 0 with input as _bound({}, {"effective": samples.effective({})})
	other := samples.effective({"unseen": ["role kubernetes:cluster-role:prod/other"]})
	count(rule.finding) == 0 with input as _bound({}, {"effective": other})
}

test_unknown_permissions_are_no_finding if count(rule.finding) == 0 with input as _bound({}, {"effective": null})

test_not_for_other_trusts if count(rule.finding) == 0 with input as _bound({"how": "annotation"}, {})

test_not_for_a_secret if {
	count(rule.finding) == 0 with input as object.union(_bound({}, {}), {"type": "secret"})
}
