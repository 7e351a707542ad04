package lapse.lib.federation_test

import data.lapse.lib.federation
import data.lapse.lib.samples_test as samples

_trust(id, verdict, subjects) := {
	"trust": id,
	"issuer": "token.actions.githubusercontent.com",
	"verdict": verdict,
	"audience": true,
	"subjects": subjects,
}

_input := samples.about(samples.role, {
	"trusts_in": [samples.trust({}), samples.trust({"id": "trust:2", "locations": [samples.place("other.json", 3)]})],
	"effective": samples.effective({"federation": [
		_trust("trust:1", "open", []),
		_trust("trust:2", "open", []),
		_trust("trust:3", "exact", ["a"]),
	]}),
})

test_one_entry_for_each_verdict if {
	object.keys(federation.by_verdict) == {"open", "exact"} with input as _input
}

test_all_trusts_of_a_verdict if {
	evidence := federation.by_verdict.open.evidence with input as _input
	[item.location.path | some item in evidence] == ["export.json", "other.json"]
}

test_no_subject_is_any_subject if federation.by_verdict.open.detail.subjects == ["any subject"] with input as _input

test_trust_that_is_not_in_the_input_has_no_place if {
	not federation.by_verdict.exact.evidence[0].location with input as _input
}

test_none_for_a_secret if {
	count(federation.by_verdict) == 0 with input as object.union(_input, {"type": "secret"})
}
