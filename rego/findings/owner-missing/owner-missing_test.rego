package lapse.rules["owner-missing_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["owner-missing"] as rule

_holding(who) := samples.about(who, {"grants": [samples.grant({})]})

test_hit_by_grant if {
	some found in rule.finding with input as _holding(samples.role)
	found == {
		"id": "owner-missing",
		"subject": samples.role.id,
		"case": "default",
		"detail": {"principal": "deployer"},
		"evidence": [{"fact": "owner", "value": null, "location": {"path": "export.json", "line": 1}}],
	}
}

test_hit_by_key if {
	count(rule.finding) == 1 with input as samples.about(samples.user, {"credentials": [samples.key({})]})
}

test_not_with_owner if {
	count(rule.finding) == 0 with input as _holding(object.union(
		samples.role,
		{"owner": {"value": "team-shop", "source": "tag"}},
	))
}

test_not_when_it_holds_nothing if {
	count(rule.finding) == 0 with input as samples.about(samples.role, {})
	count(rule.finding) == 0 with input as samples.about(samples.role, {"grants": [samples.grant({"effect": "deny"})]})
	count(rule.finding) == 0 with input as samples.about(samples.role, {"grants": [samples.grant({"role": "boundary"})]})
}

test_not_when_only_referenced if {
	count(rule.finding) == 0 with input as _holding(object.union(samples.role, {"seen": "referenced"}))
}

test_not_for_kinds_without_owners if count(rule.finding) == 0 with input as _holding(samples.root)

test_not_for_service_linked_roles if {
	count(rule.finding) == 0 with input as _holding(object.union(samples.role, {"attributes": {"service_linked": true}}))
}

test_unprivileged_is_a_case_of_its_own if {
	some found in rule.finding with input as object.union(_holding(samples.role), {"effective": samples.effective({})})
	found.case == "unprivileged"
}

test_privileges_take_it_out_of_that_case if {
	every over in [
		{"admin": "yes"},
		{"privileges": [samples.privilege("iam-write", samples.maybe)]},
		{"escalations": [{"id": "e", "answer": "yes", "target": "t", "uses": [], "evidence": []}]},
	] {
		some found in rule.finding with input as object.union(
			_holding(samples.role),
			{"effective": samples.effective(over)},
		)
		found.case == "default"
	}
}
