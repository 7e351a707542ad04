package lapse.rules["owner-unconfirmed_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["owner-unconfirmed"] as rule

_input(source, over) := samples.about(
	object.union(samples.user, {"owner": {"value": "ana", "source": source}}),
	object.union({"grants": [samples.grant({})]}, over),
)

test_hit if {
	some found in rule.finding with input as _input("blame", {})
	found.detail == {"principal": "ci-deploy", "author": "ana"}
}

# A record that names somebody was written on purpose.
test_near_misses if {
	every source in ["tag", "codeowners", "record", "config"] {
		count(rule.finding) == 0 with input as _input(source, {})
	}
	count(rule.finding) == 0 with input as _input("blame", {"grants": []})
	count(rule.finding) == 0 with input as _input("blame", {"principal": object.union(
		samples.role,
		{"owner": {"value": "ana", "source": "blame"}, "attributes": {"service_linked": true}},
	)})
}
