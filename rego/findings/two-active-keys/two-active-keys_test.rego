package lapse.rules["two-active-keys_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["two-active-keys"] as rule

_keys(overs) := samples.about(samples.user, {"credentials": [samples.key(over) | some over in overs]})

_listed(number) := {"id": concat("", ["aws:access-key:AKIA", number]), "nativeId": concat("", ["AKIA", number])}

_reported(number) := {"id": concat("", ["x#access-key-", number]), "nativeId": concat("", ["x#access-key-", number])}

test_hit if {
	some found in rule.finding with input as _keys([_listed("1"), _listed("2")])
	found.subject == samples.user.id
	found.detail == {"principal": "ci-deploy", "count": 2}
	count(found.evidence) == 2
	found.evidence[0].location.path == "keys.json"
}

test_hit_by_the_credential_report_alone if {
	count(rule.finding) == 1 with input as _keys([_reported("1"), _reported("2")])
}

test_one_key_is_fine if count(rule.finding) == 0 with input as _keys([_listed("1")])

test_inactive_does_not_count if {
	count(rule.finding) == 0 with input as _keys([_listed("1"), object.union(_listed("2"), {"status": "inactive"})])
}

test_unknown_does_not_count if {
	count(rule.finding) == 0 with input as _keys([_listed("1"), object.union(_listed("2"), {"status": "unknown"})])
}

test_other_kinds_do_not_count if {
	certificate := object.union(_listed("2"), {"kind": "signing-certificate"})
	count(rule.finding) == 0 with input as _keys([_listed("1"), certificate])
}

test_same_key_in_two_exports_counts_once if {
	count(rule.finding) == 0 with input as _keys([_listed("1"), _reported("1"), _reported("2")])
}
