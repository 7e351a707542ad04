package lapse.rules["vault-token-endless_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["vault-token-endless"] as rule

_token(over, effective) := samples.about(
	samples.principal("vault", "token", "vault/token/a", "token-ci"),
	{
		"credentials": [samples.key(object.union(
			{"id": "vault:token:a", "platform": "vault", "kind": "token", "nativeId": "a"},
			over,
		))],
		"effective": samples.effective(effective),
	},
)

test_hit if {
	some found in rule.finding with input as _token({}, {})
	found == {
		"id": "vault-token-endless",
		"subject": "vault:token:a",
		"case": "default",
		"detail": {"principal": "token-ci", "root": ""},
		"evidence": [{
			"fact": "token without an end",
			"value": "active",
			"location": {"path": "keys.json", "line": 7},
		}],
	}
}

test_root_is_a_case_of_its_own if {
	some found in rule.finding with input as _token({}, {"admin": "yes"})
	found.case == "root"
}

test_not_with_an_end if count(rule.finding) == 0 with input as _token({"expiresAt": "2026-03-02T00:00:00Z"}, {})

# A list of accessors says that a token is there, and nothing of its life.
test_unknown_end_is_no_finding if {
	count(rule.finding) == 0 with input as _token({"status": "unknown", "expiryUnknown": true}, {})
	count(rule.finding) == 0 with input as _token({"expiryUnknown": true}, {})
}

test_not_when_over if count(rule.finding) == 0 with input as _token({"status": "expired"}, {})

test_not_for_another_kind if count(rule.finding) == 0 with input as _token({"kind": "secret-id"}, {})

test_not_on_other_platforms if {
	count(rule.finding) == 0 with input as samples.about(samples.user, {"credentials": [samples.key({"kind": "token"})]})
}

test_not_for_a_secret if count(rule.finding) == 0 with input as samples.about_secret({}, {})
