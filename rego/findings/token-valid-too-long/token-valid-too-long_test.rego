package lapse.rules["token-valid-too-long_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["token-valid-too-long"] as rule

_token(facts) := samples.about_secret({"title": "JSON Web Token", "facts": object.union({"alg": "RS256"}, facts)}, {})

test_hit if {
	some found in rule.finding with input as _token({"iat": 1767225600, "exp": 1798761600})
	found.detail == {"title": "JSON Web Token", "place": "deploy/.env", "lifetime": "for 365 days"}
}

# The legacy tokens of service accounts have no end at all, which is not an end that is unknown.
test_hit_without_end if {
	some found in rule.finding with input as _token({"sub": "system:serviceaccount:shop:orders"})
	found.detail.lifetime == "without end"
}

test_threshold_edge if {
	count(rule.finding) == 1 with input as _token({"iat": 0, "exp": 90 * 86400})
	count(rule.finding) == 0 with input as _token({"iat": 0, "exp": (90 * 86400) - 1})
}

test_not_what_is_over if {
	over := samples.about_secret({"validity": "inactive", "facts": {"alg": "RS256", "iat": 0, "exp": 31536000}}, {})
	count(rule.finding) == 0 with input as over
}

test_unknown_is_no_finding if {
	count(rule.finding) == 0 with input as _token({})
	count(rule.finding) == 0 with input as _token({"exp": 1798761600})
	count(rule.finding) == 0 with input as samples.about_secret({"facts": {"sub": "a"}}, {})
}
