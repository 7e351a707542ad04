package lapse.rules["gcp-workload-on-default-account_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["gcp-workload-on-default-account"] as rule

_machine(over) := object.union(
	samples.principal("gcp", "workload", "//compute.googleapis.com/projects/shop/zones/a/instances/web", "web"),
	{"attributes": object.union({"type": "compute.googleapis.com/Instance"}, over)},
)

_runs(who, account) := samples.about(who, {"trusts_out": [samples.trust({
	"platform": "gcp",
	"how": "runs-as",
	"principal": concat(":", ["gcp:service-account", account]),
	"subject": {"kind": "principal", "id": who.id},
})]})

_compute := "12-compute@developer.gserviceaccount.com"

test_hit if {
	some found in rule.finding with input as _runs(_machine({"full_access_scope": true}), _compute)
	found == {
		"id": "gcp-workload-on-default-account",
		"subject": _machine({}).id,
		"case": "full",
		"detail": {
			"principal": "web",
			"account": _compute,
			"scope": " with access to all APIs",
			"key": _compute,
		},
		"evidence": [{"fact": "runs as", "value": _compute, "location": {"path": "export.json", "line": 77}}],
	}
}

test_narrower_scopes_weigh_less if {
	some found in rule.finding with input as _runs(_machine({"full_access_scope": false}), _compute)
	found.case == "default"
}

test_app_engine if count(rule.finding) == 1 with input as _runs(_machine({}), "shop@appspot.gserviceaccount.com")

# Its cluster says which account its nodes have, and is where it is changed.
test_not_for_a_node_of_a_cluster if {
	node := object.union(_machine({}), {"name": "gke-main-pool-1"})
	count(rule.finding) == 0 with input as _runs(node, _compute)
	cluster := object.union(_machine({"type": "container.googleapis.com/Cluster"}), {"name": "gke-main"})
	count(rule.finding) == 1 with input as _runs(cluster, _compute)
}

# Anybody may call an account of theirs so.
test_not_for_a_name_that_looks_like_it if {
	count(rule.finding) == 0 with input as _runs(_machine({}), "12-compute@shop.iam.gserviceaccount.com")
}

test_not_for_other_trusts if {
	trust := samples.trust({"how": "impersonate", "principal": concat(":", ["gcp:service-account", _compute])})
	count(rule.finding) == 0 with input as samples.about(_machine({}), {"trusts_out": [trust]})
}

test_not_for_an_account if {
	who := samples.principal("gcp", "service-account", "ci@shop.iam.gserviceaccount.com", "ci")
	count(rule.finding) == 0 with input as _runs(who, _compute)
}

test_not_on_other_platforms if count(rule.finding) == 0 with input as samples.about(samples.user, {})

test_not_for_a_secret if count(rule.finding) == 0 with input as samples.about_secret({}, {})
