package lapse.rules["imds-v1_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["imds-v1"] as rule

_instance(attributes) := samples.about(
	object.union(samples.principal("aws", "instance", "arn:aws:ec2:eu-central-1:1:instance/i-1", "i-1"), {"attributes": attributes}),
	{},
)

test_hit if {
	some found in rule.finding with input as _instance({"http_tokens": "optional"})
	found.detail == {"principal": "i-1"}
}

# Where nothing is set the default of the account or image holds, which no file says.
test_near_misses if {
	count(rule.finding) == 0 with input as _instance({"http_tokens": "required"})
	count(rule.finding) == 0 with input as _instance({})
	count(rule.finding) == 0 with input as samples.about(samples.user, {})
}
