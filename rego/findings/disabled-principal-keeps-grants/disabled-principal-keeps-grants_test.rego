package lapse.rules["disabled-principal-keeps-grants_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["disabled-principal-keeps-grants"] as rule

_account(over) := object.union(
	samples.principal("gcp", "service-account", "old@acme.iam.gserviceaccount.com", "old"),
	over,
)

test_hit if {
	some found in rule.finding with input as samples.about(_account({"enabled": false}), {"grants": [samples.grant({})]})
	found.detail == {"principal": "old", "by": ", by policy:orders"}
	found.case == "default"
}

# A grant that takes away is none, and what is not known to be disabled is not.
test_near_misses if {
	taken := {"grants": [samples.grant({"effect": "deny"})]}
	count(rule.finding) == 0 with input as samples.about(_account({"enabled": false}), taken)
	count(rule.finding) == 0 with input as samples.about(_account({"enabled": true}), {"grants": [samples.grant({})]})
	count(rule.finding) == 0 with input as samples.about(_account({}), {"grants": [samples.grant({})]})
	token := {"kind": "personal-access-token", "enabled": false}
	count(rule.finding) == 0 with input as samples.about(_account(token), {"grants": [samples.grant({})]})
}
