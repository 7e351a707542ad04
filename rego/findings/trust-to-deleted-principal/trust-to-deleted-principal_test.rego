package lapse.rules["trust-to-deleted-principal_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["trust-to-deleted-principal"] as rule

_trusting(id) := samples.about(samples.role, {"trusts_in": [samples.trust({"subject": {"kind": "principal", "id": id}})]})

test_hit if {
	some found in rule.finding with input as _trusting("aws:user:AIDAEXAMPLEEXAMPLE001")
	found.detail == {"principal": "deployer", "gone": ["AIDAEXAMPLEEXAMPLE001"]}
	count(rule.finding) == 1 with input as _trusting("aws:user:AROAEXAMPLEEXAMPLE001")
}

# A name may begin like an id; whoever has an ARN is there.
test_near_misses if {
	count(rule.finding) == 0 with input as _trusting("aws:user:arn:aws:iam::111122223333:user/AIDAN")
	count(rule.finding) == 0 with input as _trusting("aws:user:sts:federated-user:AIDA")
	count(rule.finding) == 0 with input as samples.about(samples.role, {"trusts_in": [samples.trust({})]})
	denied := samples.trust({"effect": "deny", "subject": {"kind": "principal", "id": "aws:user:AIDAEXAMPLEEXAMPLE001"}})
	count(rule.finding) == 0 with input as samples.about(samples.role, {"trusts_in": [denied]})
}
