package lapse.rules["gitlab-impersonation-token_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["gitlab-impersonation-token"] as rule

_token(over) := samples.about(
	object.union_n([samples.principal("gitlab", "personal-access-token", "7", "sync"), {"enabled": true, "attributes": {"impersonation": true}}, over]),
	{},
)

test_hit if {
	some found in rule.finding with input as _token({"owner": {"value": "user 42", "source": "record"}})
	found == {
		"id": "gitlab-impersonation-token",
		"subject": "gitlab:personal-access-token:7",
		"detail": {"principal": "sync", "owner": "user 42"},
		"evidence": [{"fact": "impersonation", "value": true, "location": {"path": "export.json", "line": 1}}],
	}
}

test_unknown_person if {
	some found in rule.finding with input as _token({})
	found.detail.owner == "a person"
}

# A token that somebody made for oneself acts as the same person, and is that person's.
test_not_for_ones_own if count(rule.finding) == 0 with input as _token({"attributes": {"impersonation": false}})

test_not_when_dead if count(rule.finding) == 0 with input as _token({"enabled": false})

test_unknown_is_no_finding if {
	who := samples.principal("gitlab", "personal-access-token", "7", "sync")
	count(rule.finding) == 0 with input as samples.about(who, {})
}

test_not_on_other_platforms if count(rule.finding) == 0 with input as samples.about(samples.user, {})

test_not_for_a_secret if count(rule.finding) == 0 with input as samples.about_secret({}, {})
