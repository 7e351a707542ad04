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
		_trust("trust:4", "open", ["b", "a"]),
		_trust("trust:3", "exact", ["a"]),
	]}),
})

test_one_entry_for_each_verdict if {
	object.keys(federation.by_verdict) == {"open", "exact"} with input as _input
}

test_one_report_for_the_same_subjects if {
	reports := federation.by_verdict.open with input as _input
	count(reports) == 2
	some report in reports
	report.detail.subjects == ["any subject"]
	report.detail.key == "token.actions.githubusercontent.com"
	[item.location.path | some item in report.evidence] == ["export.json", "other.json"]
}

test_subjects_are_in_order if {
	reports := federation.by_verdict.open with input as _input
	some report in reports
	report.detail.subjects == ["a", "b"]
	report.detail.key == "token.actions.githubusercontent.com a b"
}

test_trust_that_is_not_in_the_input_has_no_place if {
	reports := federation.by_verdict.exact with input as _input
	some report in reports
	not report.evidence[0].location
}

test_none_for_a_secret if {
	count(federation.by_verdict) == 0 with input as object.union(_input, {"type": "secret"})
}
