package lapse.rules["ssh-key-weak_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["ssh-key-weak"] as rule

_user(name) := object.union(
	samples.principal("linux", "user", concat("/", ["web1", name]), name),
	{"scope": ["web1"]},
)

_key(over) := samples.key(object.union(
	{
		"id": "linux:authorized-key:web1/deploy#SHA256:abc",
		"platform": "linux",
		"kind": "authorized-key",
		"nativeId": "web1/deploy#SHA256:abc",
		"attributes": {
			"key_type": "ssh-ed25519",
			"key_bits": 256,
			"public_key_fingerprint": "SHA256:abc",
			"comment": "ci@example.com",
			"restricted": false,
			"options": [],
		},
	},
	over,
))

_lets_in(name, attributes, over) := samples.about(
	_user(name),
	{"credentials": [_key(object.union({"attributes": attributes}, over))]},
)

test_hit if {
	some found in rule.finding with input as _lets_in("deploy", {"key_type": "ssh-rsa", "key_bits": 1024}, {})
	found == {
		"id": "ssh-key-weak",
		"subject": "linux:authorized-key:web1/deploy#SHA256:abc",
		"detail": {"principal": "deploy", "comment": "ci@example.com", "strength": "RSA of 1024 bits"},
		"evidence": [{"fact": "key", "value": "SHA256:abc", "location": {"path": "keys.json", "line": 7}}],
	}
}

test_without_a_comment if {
	some found in rule.finding with input as _lets_in("deploy", {"key_type": "ssh-dss", "comment": ""}, {})
	found.detail.comment == "SHA256:abc"
}

test_dsa if {
	some found in rule.finding with input as _lets_in("deploy", {"key_type": "ssh-dss", "key_bits": 1024}, {})
	found.detail.strength == "DSA"
}

test_threshold_edge if {
	count(rule.finding) == 0 with input as _lets_in("deploy", {"key_type": "ssh-rsa", "key_bits": 2048}, {})
	count(rule.finding) == 1 with input as _lets_in("deploy", {"key_type": "ssh-rsa", "key_bits": 2047}, {})
}

# Keys on curves are short by their nature.
test_not_for_curves if {
	count(rule.finding) == 0 with input as _lets_in("deploy", {}, {})
	count(rule.finding) == 0 with input as _lets_in("deploy", {"key_type": "ecdsa-sha2-nistp256"}, {})
}

test_unknown_length_is_no_finding if {
	count(rule.finding) == 0 with input as _lets_in("deploy", {"key_type": "ssh-rsa", "key_bits": null}, {})
}

test_not_when_over if {
	count(rule.finding) == 0 with input as _lets_in("deploy", {"key_type": "ssh-dss"}, {"status": "expired"})
}

test_not_for_another_kind if {
	count(rule.finding) == 0 with input as _lets_in("deploy", {"key_type": "ssh-dss"}, {"kind": "environment-key"})
}

test_not_on_other_platforms if {
	count(rule.finding) == 0 with input as samples.about(samples.user, {"credentials": [_key({})]})
}

test_not_for_a_secret if {
	count(rule.finding) == 0 with input as samples.about_secret({}, {"principal": _user("deploy")})
}
