package lapse.rules["permission-unused_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["permission-unused"] as rule

_observation(over) := object.union(object.remove(_record, object.keys(over)), over)

_record := {
	"source": "aws-access-advisor",
	"kind": "activity",
	"confidence": "medium",
	"actions": {"s3:*": "2026-02-01T00:00:00Z", "ec2:*": null, "iam:*": null},
	"location": samples.place("advisor.json", 1),
}

_input(principal, observations) := samples.about(
	object.union_n([samples.role, {"observations": observations}, principal]),
	{},
)

test_hit if {
	some found in rule.finding with input as _input({}, [_observation({})])
	found.detail == {"principal": "deployer", "count": 2, "sample": ["ec2:*", "iam:*"]}
	some entry in found.evidence
	[entry.source, entry.location.path] == ["aws-access-advisor", "advisor.json"]
}

# A trail that saw the service called knows better than a record that did not.
test_used_by_another_record if {
	seen := _observation({"source": "aws-cloudtrail", "actions": {"ec2:*": "2026-02-01T00:00:00Z"}})
	some found in rule.finding with input as _input({}, [_observation({}), seen])
	found.detail.sample == ["iam:*"]
}

test_threshold_edge if {
	count(rule.finding) == 0 with input as _input({"createdAt": "2025-12-02T00:00:00Z"}, [_observation({})])
	count(rule.finding) == 1 with input as _input({"createdAt": "2025-12-01T00:00:00Z"}, [_observation({})])
}

test_near_misses if {
	count(rule.finding) == 0 with input as _input({}, [_observation({"actions": {"s3:*": "2026-02-01T00:00:00Z"}})])
	count(rule.finding) == 0 with input as _input({}, [_observation({"status": "ARCHIVED"})])
	count(rule.finding) == 0 with input as _input({}, [_observation({"source": "aws-cloudtrail"})])
	count(rule.finding) == 0 with input as _input({"attributes": {"service_linked": true}}, [_observation({})])
	count(rule.finding) == 0 with input as _input({}, [])
}
