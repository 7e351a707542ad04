package lapse.rules["iac-static-key_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["iac-static-key"] as rule

_input(over) := samples.about(samples.user, {"credentials": [samples.key(object.union(
	{"attributes": {"planned": "create", "resource": "aws_iam_access_key.ci"}},
	over,
))]})

test_hit if {
	some found in rule.finding with input as _input({})
	found.detail == {"principal": "ci-deploy", "credential": "aws_iam_access_key.ci", "how": "a plan makes"}
	some declared in rule.finding with input as _input({"attributes": {"planned": "declared"}})
	declared.detail.how == "code declares"
	bare := samples.key({"attributes": {"planned": "create"}})
	some unnamed in rule.finding with input as samples.about(samples.user, {"credentials": [bare]})
	unnamed.detail.credential == "AKIA…LE01"
}

# A plan that deletes a key is what should happen, and one that leaves it as it is says nothing.
test_near_misses if {
	every over in [
		{"attributes": {"planned": "delete"}},
		{"attributes": {"resource": "aws_iam_access_key.ci"}},
		{"status": "inactive"},
		{"kind": "console-password"},
	] {
		count(rule.finding) == 0 with input as samples.about(samples.user, {"credentials": [object.union(
			object.remove(samples.key({"attributes": {"planned": "create"}}), object.keys(over)),
			over,
		)]})
	}
}
