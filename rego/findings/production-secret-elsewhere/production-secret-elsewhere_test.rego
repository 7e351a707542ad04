package lapse.rules["production-secret-elsewhere_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["production-secret-elsewhere"] as rule

_of(environment, path) := samples.about_secret(
	{"locations": [samples.place(path, 1)]},
	{"principal": object.union(samples.user, {"environment": environment})},
)

test_hit if {
	some found in rule.finding with input as _of("prod", "deploy/staging/.env")
	found.detail == {
		"title": "AWS access key",
		"principal": "ci-deploy",
		"environments": ["staging"],
		"place": "deploy/staging/.env",
	}
}

# A file that says nothing of an environment may well be of production.
test_near_misses if {
	count(rule.finding) == 0 with input as _of("prod", "deploy/.env")
	count(rule.finding) == 0 with input as _of("prod", "deploy/production/.env")
	count(rule.finding) == 0 with input as _of("prod", "dev/copy-of-prod.env")
	count(rule.finding) == 0 with input as _of("staging", "deploy/dev/.env")
}

test_unknown_owner_is_no_finding if {
	count(rule.finding) == 0 with input as samples.about_secret({"locations": [samples.place("dev/.env", 1)]}, {})
}
