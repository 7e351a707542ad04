package lapse.rules["secret-matches-privileged-credential_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["secret-matches-privileged-credential"] as rule

_steps := [
	{"from": "secret:1", "to": "key:1", "id": "is", "uses": [], "answer": "yes"},
	{"from": "key:1", "to": samples.user.id, "id": "authenticates", "uses": ["access-key"], "answer": "yes"},
]

_path(answer, more) := {"to": samples.role.id, "answer": answer, "steps": array.concat(_steps, more)}

_matched(over) := samples.about_secret({}, object.union(
	{"credential": samples.key({}), "principal": samples.user, "effective": samples.effective({})},
	over,
))

_found(over) := found if some found in rule.finding with input as _matched(over)

test_hit_administrator if {
	found := _found({"effective": samples.effective({"admin": "yes"}), "paths": [_path("yes", [])]})
	found == {
		"id": "secret-matches-privileged-credential",
		"subject": "secret:0123456789abcdef01234567",
		"case": "default",
		"detail": {
			"title": "AWS access key",
			"place": "deploy/.env",
			"principal": "ci-deploy",
			"reach": "is an administrator",
			"proviso": "",
		},
		"evidence": [{
			"fact": "found in",
			"value": "deploy/.env",
			"location": {"path": "deploy/.env", "line": 3, "column": 9},
		}],
	}
}

test_hit_by_a_path if {
	found := _found({"paths": [_path("yes", samples.path("yes").steps)]})
	found.detail.reach == "can become an administrator in one step"
	found.evidence[1] == {
		"fact": "assume-role aws:role:arn:aws:iam::111122223333:role/deployer",
		"value": ["sts:AssumeRole"],
	}
}

test_number_of_steps if {
	steps := array.concat(samples.path("yes").steps, samples.path("yes").steps)
	_found({"paths": [_path("yes", steps)]}).detail.reach == "can become an administrator in 2 steps"
}

test_under_conditions_is_a_case_of_its_own if {
	found := _found({
		"credential": samples.key({"status": "unknown"}),
		"effective": samples.effective({"admin": samples.maybe}),
	})
	found.case == "conditional"
	found.detail.reach == "is an administrator"
	found.detail.proviso == " (only if aws:SourceIp is 10.0.0.0/8)"
}

test_a_live_secret_weighs_as_much_as_it_does_alone if {
	_found({"effective": samples.effective({"admin": samples.maybe})}).case == "default"
}

test_a_certain_path_weighs_more_than_conditional_administration if {
	found := _found({
		"effective": samples.effective({"admin": samples.maybe}),
		"paths": [_path("yes", samples.path("yes").steps)],
	})
	found.case == "default"
	found.detail.reach == "can become an administrator in one step"
}

test_path_counts_when_permissions_are_unknown if {
	_found({"effective": null, "paths": [_path("yes", samples.path("yes").steps)]}).case == "default"
}

test_not_without_privilege if count(rule.finding) == 0 with input as _matched({})

test_not_when_dead if {
	over := {"credential": samples.key({"status": "inactive"}), "effective": samples.effective({"admin": "yes"})}
	count(rule.finding) == 0 with input as _matched(over)
}

test_unknown_owner_is_no_finding if count(rule.finding) == 0 with input as samples.about_secret({}, {})

test_not_for_a_principal if {
	count(rule.finding) == 0 with input as samples.about(samples.user, {"effective": samples.effective({"admin": "yes"})})
}
