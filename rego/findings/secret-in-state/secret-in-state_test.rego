package lapse.rules["secret-in-state_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["secret-in-state"] as rule

_at(path) := samples.about_secret({"locations": [samples.place(path, 3)]}, {})

test_hit_in_a_state if {
	every path in ["prod/terraform.tfstate", "terraform.tfstate.backup", "backup.tgz!/x.tfstate"] {
		count(rule.finding) == 1 with input as _at(path)
	}
	some found in rule.finding with input as _at("terraform.tfstate")
	found == {
		"id": "secret-in-state",
		"subject": "secret:0123456789abcdef01234567",
		"case": "default",
		"detail": {"title": "AWS access key", "place": "terraform.tfstate", "matched": ""},
		"evidence": [{
			"fact": "found in",
			"value": "terraform.tfstate",
			"location": {"path": "terraform.tfstate", "line": 3},
		}],
	}
}

# A plan in JSON has any name; what reads it says which resource the value is of. Sources have resources too.
test_hit_in_a_plan if {
	facts := {"resource": "aws_iam_access_key.ci", "attribute": "secret"}
	count(rule.finding) == 1 with input as samples.about_secret(
		{"facts": facts, "locations": [samples.place("plan.json", 3)]},
		{},
	)
	count(rule.finding) == 0 with input as samples.about_secret(
		{"facts": facts, "locations": [samples.place("main.tf", 3)]},
		{},
	)
}

test_not_elsewhere if {
	count(rule.finding) == 0 with input as _at("docs/tfstate.md")
	count(rule.finding) == 0 with input as _at("package.json")
	count(rule.finding) == 0 with input as samples.about(samples.user, {})
}

test_not_what_is_gone if {
	gone := object.union(samples.place("terraform.tfstate", 3), {"commit": "a", "removedBy": "b"})
	count(rule.finding) == 0 with input as samples.about_secret({"inHead": false, "locations": [gone]}, {})
}
