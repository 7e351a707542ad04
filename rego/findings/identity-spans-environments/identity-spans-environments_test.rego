package lapse.rules["identity-spans-environments_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["identity-spans-environments"] as rule

_used_by(names) := samples.about(samples.role, {
	"trusts_in": [samples.trust({"id": name, "how": "runs-as", "subject": {"kind": "principal", "id": id}}) |
		some id, name in names
	],
	"environments": names,
})

test_hit if {
	some found in rule.finding with input as _used_by({"aws:function:a": "prod", "aws:function:b": "dev"})
	found.detail == {"principal": "deployer", "environments": ["development", "production"]}
	count(found.evidence) == 2
}

# Two spellings are one environment; below production nothing is gained by the other's rights.
test_near_misses if {
	count(rule.finding) == 0 with input as _used_by({"aws:function:a": "prod", "aws:function:b": "production"})
	count(rule.finding) == 0 with input as _used_by({"aws:function:a": "dev", "aws:function:b": "staging"})
	count(rule.finding) == 0 with input as _used_by({"aws:function:a": "prod"})
	count(rule.finding) == 0 with input as samples.about(samples.role, {
		"trusts_in": [samples.trust({"how": "child-of", "subject": {"kind": "principal", "id": "a"}})],
		"environments": {"a": "prod", "b": "dev"},
	})
}
