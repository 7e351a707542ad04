package lapse.rules["action-unpinned-with-secrets_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["action-unpinned-with-secrets"] as rule

_runs(uses, over) := samples.about(
	samples.workflow({"jobs": [samples.job(object.union(
		{"secrets": ["NPM_TOKEN"], "unpinned_actions": [{"uses": name, "line": 14} | some name in uses]},
		over,
	))]}),
	{},
)

test_hit if {
	some found in rule.finding with input as _runs(["elsewhere/publish@v2"], {})
	found == {
		"id": "action-unpinned-with-secrets",
		"subject": "github:workflow:acme/shop/.github/workflows/release.yml",
		"detail": {
			"workflow": "release.yml",
			"action": "elsewhere/publish",
			"refs": ["elsewhere/publish@v2"],
			"key": "elsewhere/publish",
		},
		"evidence": [{
			"fact": "unpinned action",
			"value": "elsewhere/publish@v2",
			"location": {"path": ".github/workflows/release.yml", "line": 14},
		}],
	}
}

test_one_finding_for_each_action if {
	found := rule.finding with input as _runs(["a/x@v1", "a/x@v2", "b/y@main"], {})
	{one.detail.key: one.detail.refs | some one in found} == {"a/x": ["a/x@v1", "a/x@v2"], "b/y": ["b/y@main"]}
}

test_hit_beside_an_oidc_token if {
	count(rule.finding) == 1 with input as _runs(["elsewhere/publish@v2"], {"secrets": [], "id_token": true})
}

test_not_for_the_oidc_token_of_write_all if {
	over := {"secrets": [], "id_token": true, "permissions": "write-all"}
	count(rule.finding) == 0 with input as _runs(["elsewhere/publish@v2"], over)
}

test_not_without_secrets if {
	count(rule.finding) == 0 with input as _runs(["elsewhere/publish@v2"], {"secrets": []})
	count(rule.finding) == 0 with input as _runs(["elsewhere/publish@v2"], {"secrets": ["GITHUB_TOKEN"]})
}

test_not_for_trusted_owners if count(rule.finding) == 0 with input as _runs(["actions/checkout@v4"], {})

test_not_for_its_own_owner if count(rule.finding) == 0 with input as _runs(["Acme/setup@main"], {})

test_hit_when_its_own_owner_is_not_known if {
	nowhere := object.union(_runs(["elsewhere/publish@v2"], {}), {"principal": {"scope": []}})
	count(rule.finding) == 1 with input as nowhere
}

test_not_when_pinned if count(rule.finding) == 0 with input as _runs([], {})

test_not_for_others if count(rule.finding) == 0 with input as samples.about(samples.user, {})
