package lapse.rules["external-access-reported_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["external-access-reported"] as rule

_input(over) := samples.about(
	object.union(samples.role, {"observations": [object.union(
		{
			"source": "aws-access-analyzer",
			"kind": "ExternalAccess",
			"status": "ACTIVE",
			"confidence": "high",
			"location": samples.place("analyzer.json", 1),
		},
		over,
	)]}),
	{},
)

test_hit if {
	some found in rule.finding with input as _input({"detail": {"principal": {"AWS": "999988887777"}}})
	found.case == "default"
	found.detail == {"principal": "deployer", "who": ["999988887777"], "source": "aws-access-analyzer"}
	some open in rule.finding with input as _input({"detail": {"is_public": true}})
	[open.case, open.detail.who] == ["public", ["somebody"]]
}

# What somebody archived is meant, and what is resolved is gone.
test_near_misses if {
	every over in [{"status": "ARCHIVED"}, {"status": "RESOLVED"}, {"kind": "UnusedPermission"}] {
		count(rule.finding) == 0 with input as _input(over)
	}
	count(rule.finding) == 0 with input as samples.about(samples.role, {})
}
