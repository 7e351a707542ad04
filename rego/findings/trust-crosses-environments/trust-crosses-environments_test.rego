package lapse.rules["trust-crosses-environments_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["trust-crosses-environments"] as rule

_ci := "aws:user:arn:aws:iam::111122223333:user/ci-deploy"

_trust(over) := samples.trust(object.union({"subject": {"kind": "principal", "id": _ci}}, over))

_input(of_role, of_ci, over) := samples.about(
	object.union(samples.role, {"environment": of_role}),
	{"trusts_in": [_trust(over)], "environments": {_ci: of_ci}},
)

test_hit if {
	some found in rule.finding with input as _input("prod", "staging", {})
	found.detail == {"principal": "deployer", "others": ["ci-deploy of staging"]}
	count(rule.finding) == 1 with input as _input("production", "dev", {"how": "runs-as"})
}

# Names that differ are not environments that differ, and what production reaches elsewhere is another matter.
test_near_misses if {
	count(rule.finding) == 0 with input as _input("prod", "production", {})
	count(rule.finding) == 0 with input as _input("staging", "production", {})
	count(rule.finding) == 0 with input as _input("staging", "dev", {})
	count(rule.finding) == 0 with input as _input("prod", "staging", {"effect": "deny"})
	count(rule.finding) == 0 with input as _input("prod", "staging", {"how": "child-of"})
}

test_unknown_environment_is_no_finding if {
	trusting := {"trusts_in": [_trust({})]}
	count(rule.finding) == 0 with input as samples.about(object.union(samples.role, {"environment": "prod"}), trusting)
	known := object.union(trusting, {"environments": {_ci: "staging"}})
	count(rule.finding) == 0 with input as samples.about(samples.role, known)
	count(rule.finding) == 0 with input as samples.about(object.union(samples.role, {"environment": "prod"}), {
		"trusts_in": [_trust({}), _trust({"id": "other", "subject": {"kind": "principal", "id": "aws:role:x"}})],
		"environments": {"aws:role:y": "staging"},
	})
}
