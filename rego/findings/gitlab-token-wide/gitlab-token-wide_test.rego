package lapse.rules["gitlab-token-wide_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["gitlab-token-wide"] as rule

_token(kind, over) := object.union_n([samples.principal("gitlab", kind, "7", "deploy"), {"scope": ["acme", "shop"], "enabled": true}, over])

_scoped(who, scopes) := samples.about(who, {"grants": [samples.grant({"platform": "gitlab", "actions": scopes})]})

test_hit if {
	some found in rule.finding with input as _scoped(_token("access-token", {}), ["read_repository", "api"])
	found == {
		"id": "gitlab-token-wide",
		"subject": "gitlab:access-token:7",
		"case": "default",
		"detail": {"principal": "deploy", "scopes": ["api"]},
		"evidence": [{
			"fact": "scopes",
			"value": ["api", "read_repository"],
			"location": {"path": "export.json", "line": 42},
		}],
	}
}

test_acting_as_anybody_is_a_case_of_its_own if {
	some found in rule.finding with input as _scoped(_token("personal-access-token", {}), ["api", "sudo"])
	found.case == "admin"
}

# `read_api` sounds alike and reads only.
test_not_for_narrow_scopes if {
	count(rule.finding) == 0 with input as _scoped(_token("access-token", {}), ["read_api", "write_repository"])
}

test_not_when_dead if {
	count(rule.finding) == 0 with input as _scoped(_token("access-token", {"enabled": false}), ["api"])
}

test_unknown_scopes_are_no_finding if {
	count(rule.finding) == 0 with input as samples.about(_token("access-token", {}), {})
}

test_not_for_other_kinds if count(rule.finding) == 0 with input as _scoped(_token("trigger", {}), ["api"])

test_not_on_other_platforms if count(rule.finding) == 0 with input as _scoped(samples.user, ["api"])

test_not_for_a_secret if {
	count(rule.finding) == 0 with input as samples.about_secret({}, {"principal": _token("access-token", {})})
}
