package lapse.rules["admin-standing_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["admin-standing"] as rule

_admin(who, answer) := samples.about(who, {
	"grants": [samples.grant({"actions": ["*"], "resources": ["*"], "via": ["group:admins", "policy:all"]})],
	"effective": samples.effective({"admin": answer, "privileges": [samples.privilege("admin", answer)]}),
})

test_hit if {
	some found in rule.finding with input as _admin(samples.user, "yes")
	found == {
		"id": "admin-standing",
		"subject": samples.user.id,
		"case": "default",
		"detail": {"principal": "ci-deploy", "proviso": "", "by": ", by group:admins, policy:all"},
		"evidence": [{
			"fact": "administrator",
			"value": "yes",
			"location": {"path": "export.json", "line": 42},
		}],
	}
}

test_under_conditions_is_a_case_of_its_own if {
	some found in rule.finding with input as _admin(samples.user, samples.maybe)
	found.case == "conditional"
	found.detail.proviso == " (only if aws:SourceIp is 10.0.0.0/8)"
}

# The grant behind it is not in the input: the principal's own place is better than none.
test_place_without_grant if {
	some found in rule.finding with input as samples.about(
		samples.user,
		{"effective": samples.effective({"admin": "yes"})},
	)
	found.detail.by == ""
	found.evidence[0].location == {"path": "export.json", "line": 1}
}

test_not_without_admin if count(rule.finding) == 0 with input as _admin(samples.user, "no")

test_unknown_permissions_are_no_finding if count(rule.finding) == 0 with input as samples.about(samples.user, {})

test_not_for_root if count(rule.finding) == 0 with input as _admin(samples.root, "yes")

test_not_for_a_group if count(rule.finding) == 0 with input as _admin(samples.aws_group, "yes")

test_not_for_a_service_account if count(rule.finding) == 0 with input as _admin(samples.service_account, "yes")
