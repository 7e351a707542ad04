package lapse.rules["github-classic-token_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["github-classic-token"] as rule

_token(attributes, status) := samples.about(
	object.union(
		samples.principal("github", "personal-access-token", "sso-1", "deploy"),
		{"attributes": object.union({"type": "classic", "scopes": ["repo", "read:org"], "login": "alice"}, attributes)},
	),
	{"credentials": [samples.key({"platform": "github", "kind": "classic-token", "status": status})]},
)

test_hit if {
	some found in rule.finding with input as _token({}, "active")
	found == {
		"id": "github-classic-token",
		"subject": "github:personal-access-token:sso-1",
		"case": "default",
		"detail": {"principal": "deploy", "owner": "alice", "scopes": ["repo"]},
		"evidence": [{
			"fact": "scopes",
			"value": ["read:org", "repo"],
			"location": {"path": "export.json", "line": 1},
		}],
	}
}

test_administration_is_a_case_of_its_own if {
	some found in rule.finding with input as _token({"scopes": ["admin:org"]}, "active")
	found.case == "admin"
}

# Reading who is in an organization, or public repositories, is little.
test_not_for_narrow_scopes if {
	count(rule.finding) == 0 with input as _token({"scopes": ["public_repo", "read:org", "gist"]}, "active")
}

test_not_for_a_fine_grained_one if count(rule.finding) == 0 with input as _token({"type": "fine-grained"}, "active")

test_not_when_expired if count(rule.finding) == 0 with input as _token({}, "expired")

test_unknown_scopes_are_no_finding if count(rule.finding) == 0 with input as _token({"scopes": []}, "active")

test_not_for_other_kinds if count(rule.finding) == 0 with input as samples.about(samples.workflow({}), {})

test_not_on_other_platforms if count(rule.finding) == 0 with input as samples.about(samples.user, {})

test_not_for_a_secret if count(rule.finding) == 0 with input as samples.about_secret({}, {})
