package lapse.rules["gcp-provider-without-condition_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["gcp-provider-without-condition"] as rule

_provider(over) := samples.about(
	object.union(
		samples.principal("gcp", "workload-identity-provider", "projects/1/pools/ci/providers/github", "ci/github"),
		{"attributes": object.union({"issuer": "https://token.actions.githubusercontent.com"}, over)},
	),
	{},
)

test_hit if {
	some found in rule.finding with input as _provider({})
	found == {
		"id": "gcp-provider-without-condition",
		"subject": "gcp:workload-identity-provider:projects/1/pools/ci/providers/github",
		"detail": {"principal": "ci/github", "issuer": "token.actions.githubusercontent.com"},
		"evidence": [{
			"fact": "attribute condition",
			"value": "",
			"location": {"path": "export.json", "line": 1},
		}],
	}
}

test_other_spellings if {
	count(rule.finding) == 1 with input as _provider({"issuer": "https://gitlab.com/"})
	count(rule.finding) == 1 with input as _provider({"attribute_condition": " true "})
}

# A condition that can be checked is taken at its word here; how wide it is, the trusts say.
test_not_with_a_condition if {
	count(rule.finding) == 0 with input as _provider({"attribute_condition": "assertion.repository_owner_id == '1'"})
}

# An issuer of one enterprise, of one organization or of one's own has no strangers among its subjects.
test_not_for_an_issuer_of_ones_own if {
	count(rule.finding) == 0 with input as _provider({"issuer": "https://token.actions.githubusercontent.com/acme"})
	count(rule.finding) == 0 with input as _provider({"issuer": "https://gitlab.example.com"})
}

test_not_when_disabled if {
	given := _provider({})
	off := object.union(given, {"principal": object.union(given.principal, {"enabled": false})})
	count(rule.finding) == 0 with input as off
}

test_unknown_issuer_is_no_finding if {
	blank := object.remove(_provider({}).principal, ["attributes"])
	count(rule.finding) == 0 with input as samples.about(blank, {})
}

test_not_for_other_kinds if {
	count(rule.finding) == 0 with input as samples.about(samples.principal("gcp", "user", "a@example.com", "a"), {})
}

test_not_on_other_platforms if count(rule.finding) == 0 with input as samples.about(samples.user, {})

test_not_for_a_secret if count(rule.finding) == 0 with input as samples.about_secret({}, {})
