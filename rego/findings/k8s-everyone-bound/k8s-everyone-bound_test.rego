package lapse.rules["k8s-everyone-bound_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["k8s-everyone-bound"] as rule

_group(name) := samples.principal("kubernetes", "group", concat("/", ["prod", name]), name)

_bound(who, privilege) := samples.about(who, {
	"grants": [samples.cluster_grant({})],
	"trusts_out": [samples.binding(who, {})],
	"effective": samples.effective({"privileges": [privilege]}),
})

_privilege(over) := object.union_n([samples.privilege("k8s-risky-authenticated-bound", "yes"), {"what": "ClusterRole/reader"}, over])

test_hit if {
	some found in rule.finding with input as _bound(_group("system:authenticated"), _privilege({}))
	found == {
		"id": "k8s-everyone-bound",
		"subject": "kubernetes:group:prod/system:authenticated",
		"detail": {"principal": "system:authenticated", "roles": "ClusterRole/reader", "key": "ClusterRole/reader"},
		"evidence": [{
			"fact": "bound to everybody",
			"value": "ClusterRole/reader",
			"location": {"path": "k8s/orders.yaml", "line": 30},
		}],
	}
}

# Who cannot even sign in is a rule of its own.
test_not_for_anonymous_callers if {
	count(rule.finding) == 0 with input as _bound(
		_group("system:unauthenticated"),
		_privilege({"id": "k8s-risky-anonymous-bound"}),
	)
}

test_not_when_ruled_out if {
	count(rule.finding) == 0 with input as _bound(_group("system:authenticated"), _privilege({"answer": "no"}))
}

# An account has the rights of its groups without being everybody.
test_not_for_a_member if count(rule.finding) == 0 with input as _bound(samples.service_account, _privilege({}))

test_not_on_other_platforms if count(rule.finding) == 0 with input as _bound(samples.aws_group, _privilege({}))

test_unknown_permissions_are_no_finding if {
	count(rule.finding) == 0 with input as samples.about(_group("system:authenticated"), {})
}

test_not_for_a_secret if count(rule.finding) == 0 with input as samples.about_secret({}, {})
