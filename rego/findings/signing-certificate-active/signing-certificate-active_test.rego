package lapse.rules["signing-certificate-active_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["signing-certificate-active"] as rule

_input(over) := samples.about(samples.user, {"credentials": [samples.key(object.union(
	{"kind": "signing-certificate", "expiryUnknown": true},
	over,
))]})

test_hit if {
	some found in rule.finding with input as _input({})
	found.detail == {"principal": "ci-deploy"}
	found.case == "default"
}

# Only what is on counts: a disabled one is another finding, a declared one is none yet.
test_near_misses if {
	every over in [{"status": "inactive"}, {"kind": "access-key"}, {"attributes": {"planned": "declared"}}] {
		count(rule.finding) == 0 with input as _input(over)
	}
}
