package lapse.lib.subject_test

import data.lapse.lib.samples_test as samples
import data.lapse.lib.subject

_steps(number) := samples.about(samples.user, {"paths": [object.union(
	samples.path("yes"),
	{"steps": [samples.path("yes").steps[0] | some _ in numbers.range(1, number)]},
)]})

test_reach_in_words if {
	is_administrator := subject.reach with input as samples.about(samples.user, {"paths": [object.union(
		samples.path("yes"),
		{"steps": []},
	)]})
	is_administrator == "is an administrator"
	in_one := subject.reach with input as _steps(1)
	in_one == "can become an administrator in one step"
	in_three := subject.reach with input as _steps(3)
	in_three == "can become an administrator in 3 steps"
}

test_binding_before_the_place_of_the_grant if {
	bound := samples.about(samples.service_account, {
		"grants": [samples.cluster_grant({})],
		"trusts_out": [samples.binding(samples.service_account, {})],
	})
	[place.line | some place in subject.places(["grant:1"])] == [30] with input as bound
	subject.by(["grant:1"]) == ", by binding:ClusterRoleBinding/orders, role:ClusterRole/reader" with input as bound
}

test_place_of_the_principal_when_no_grant_is_known if {
	subject.places(["grant:9"]) == samples.user.locations with input as samples.about(samples.user, {})
	subject.by(["grant:9"]) == "" with input as samples.about(samples.user, {})
}
