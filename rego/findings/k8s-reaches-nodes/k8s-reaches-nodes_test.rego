package lapse.rules["k8s-reaches-nodes_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["k8s-reaches-nodes"] as rule

_holds(who, privileges) := samples.about(who, {
	"grants": [samples.cluster_grant({})],
	"trusts_out": [samples.binding(who, {})],
	"effective": samples.effective({"privileges": [samples.privilege(id, answer) | some id, answer in privileges]}),
})

test_hit if {
	some found in rule.finding with input as _holds(samples.service_account, {"k8s-risky-nodes-proxy": "yes"})
	found == {
		"id": "k8s-reaches-nodes",
		"subject": samples.service_account.id,
		"case": "default",
		"detail": {"principal": "shop/orders", "proviso": "", "what": "all of k8s-risky-nodes-proxy"},
		"evidence": [{
			"fact": "acts on nodes",
			"value": "all of k8s-risky-nodes-proxy",
			"location": {"path": "k8s/orders.yaml", "line": 30},
		}],
	}
}

# One root cause is one finding; the firmest of several answers counts.
test_several_are_one_finding if {
	found := rule.finding with input as _holds(samples.service_account, {
		"k8s-risky-nodes-proxy": samples.maybe,
		"k8s-risky-create-persistentvolumes": "yes",
	})
	count(found) == 1
	some one in found
	one.case == "default"
	contains(one.detail.what, "k8s-risky-nodes-proxy")
	contains(one.detail.what, "k8s-risky-create-persistentvolumes")
}

test_under_conditions_is_a_case_of_its_own if {
	some found in rule.finding with input as _holds(samples.service_account, {"k8s-risky-nodes-proxy": samples.maybe})
	found.case == "conditional"
	found.detail.proviso == " (only if aws:SourceIp is 10.0.0.0/8)"
}

test_not_for_a_right_that_only_sounds_like_it if {
	count(rule.finding) == 0 with input as _holds(samples.service_account, {"k8s-risky-modify-node-status": "yes"})
}

test_not_when_ruled_out if {
	count(rule.finding) == 0 with input as _holds(samples.service_account, {"k8s-risky-nodes-proxy": "no"})
}

# A workload has what its account has, and is not told apart.
test_not_for_a_workload if {
	who := samples.principal("kubernetes", "workload", "prod/shop/Deployment/orders", "orders")
	count(rule.finding) == 0 with input as _holds(who, {"k8s-risky-nodes-proxy": "yes"})
}

test_not_on_other_platforms if {
	count(rule.finding) == 0 with input as _holds(samples.user, {"k8s-risky-nodes-proxy": "yes"})
}

test_unknown_permissions_are_no_finding if {
	count(rule.finding) == 0 with input as samples.about(samples.service_account, {})
}

test_not_for_a_secret_of_it if {
	count(rule.finding) == 0 with input as samples.about_secret({}, {
		"principal": samples.service_account,
		"effective": samples.effective({"privileges": [samples.privilege("k8s-risky-nodes-proxy", "yes")]}),
	})
}
