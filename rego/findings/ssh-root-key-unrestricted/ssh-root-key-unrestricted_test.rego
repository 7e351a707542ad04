package lapse.rules["ssh-root-key-unrestricted_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["ssh-root-key-unrestricted"] as rule

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
	some found in rule.finding with input as _lets_in("root", {}, {})
	found == {
		"id": "ssh-root-key-unrestricted",
		"subject": "linux:authorized-key:web1/deploy#SHA256:abc",
		"detail": {"machine": "web1", "comment": "ci@example.com"},
		"evidence": [{"fact": "key", "value": "SHA256:abc", "location": {"path": "keys.json", "line": 7}}],
	}
}

test_without_a_comment if {
	some found in rule.finding with input as _lets_in("root", {"comment": ""}, {})
	found.detail.comment == "SHA256:abc"
}

# No terminal and no forwarding still leave every command.
test_restrict_alone_is_not_enough if {
	count(rule.finding) == 1 with input as _lets_in("root", {"restricted": true, "options": ["restrict"]}, {})
}

test_not_with_a_restriction if {
	count(rule.finding) == 0 with input as _lets_in("root", {"from": ["10.1.0.0/16"]}, {})
	count(rule.finding) == 0 with input as _lets_in("root", {"command": "/usr/bin/backup"}, {})
	count(rule.finding) == 0 with input as _lets_in("root", {}, {"expiresAt": "2026-03-02T00:00:00Z"})
}

test_not_for_other_users if {
	count(rule.finding) == 0 with input as _lets_in("deploy", {}, {})
	count(rule.finding) == 0 with input as _lets_in("rooter", {}, {})
}

# An authority admits only certificates that name the user, which end by themselves.
test_not_for_an_authority if {
	count(rule.finding) == 0 with input as _lets_in("root", {}, {"kind": "certificate-authority"})
}

test_not_when_over if count(rule.finding) == 0 with input as _lets_in("root", {}, {"status": "expired"})

test_not_for_a_unit if {
	who := object.union(_user("root"), {"kind": "unit"})
	count(rule.finding) == 0 with input as samples.about(who, {"credentials": [_key({})]})
}

test_not_on_other_platforms if {
	who := object.union(samples.user, {"name": "root"})
	count(rule.finding) == 0 with input as samples.about(who, {"credentials": [_key({})]})
}

test_not_for_a_secret if {
	count(rule.finding) == 0 with input as samples.about_secret({}, {"principal": _user("root")})
}
