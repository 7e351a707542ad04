package lapse.rules["role-session-long_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["role-session-long"] as rule

_role(attributes) := samples.about(object.union(samples.role, {"attributes": attributes}), {})

test_hit if {
	some found in rule.finding with input as _role({"max_session": 43200})
	found.detail == {"principal": "deployer", "hours": 12}
	found.case == "default"
}

test_threshold_edge if {
	count(rule.finding) == 0 with input as _role({"max_session": 43199})
	count(rule.finding) == 1 with input as _role({"max_session": 7200}) with data.lapse.thresholds.role_session_seconds as 7200
}

# Those of AWS's own services cannot be changed; what an export does not say is no hour.
test_near_misses if {
	count(rule.finding) == 0 with input as _role({"max_session": 43200, "service_linked": true})
	count(rule.finding) == 0 with input as _role({})
}
