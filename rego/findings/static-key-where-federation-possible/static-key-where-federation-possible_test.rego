package lapse.rules["static-key-where-federation-possible_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["static-key-where-federation-possible"] as rule

_login(over) := object.union(
	{
		"provider": "aws",
		"method": "static-key",
		"secrets": ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"],
		"role": null,
		"line": 21,
	},
	over,
)

_runs(logins) := samples.about(samples.workflow({"jobs": [samples.job({"logins": logins})]}), {})

test_hit if {
	some found in rule.finding with input as _runs([_login({})])
	found == {
		"id": "static-key-where-federation-possible",
		"subject": "github:workflow:acme/shop/.github/workflows/release.yml",
		"detail": {
			"workflow": "release.yml",
			"provider": "aws",
			"secrets": ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"],
			"key": "aws",
		},
		"evidence": [{
			"fact": "login",
			"value": "aws",
			"location": {"path": ".github/workflows/release.yml", "line": 21},
		}],
	}
}

test_one_finding_for_each_provider if {
	found := rule.finding with input as _runs([_login({}), _login({"line": 25}), _login({"provider": "gcp", "line": 30})])
	{one.detail.provider: count(one.evidence) | some one in found} == {"aws": 2, "gcp": 1}
}

test_not_by_oidc if count(rule.finding) == 0 with input as _runs([_login({"method": "oidc"})])

test_unknown_method_is_no_finding if count(rule.finding) == 0 with input as _runs([_login({"method": "unknown"})])

test_not_where_oidc_is_not_taken if count(rule.finding) == 0 with input as _runs([_login({"provider": "docker"})])

test_not_for_others if {
	who := object.union(samples.user, {"attributes": {"jobs": [samples.job({"logins": [_login({})]})]}})
	count(rule.finding) == 0 with input as samples.about(who, {})
}
