package lapse.rules["vault-secret-id-endless_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["vault-secret-id-endless"] as rule

_role(over) := samples.about(
	samples.principal("vault", "approle", "vault/auth/approle/role/ci", "ci"),
	{"credentials": [samples.key(object.union(
		{
			"id": "vault:secret-id:vault/auth/approle/role/ci#secret-ids",
			"platform": "vault",
			"kind": "secret-id",
			"nativeId": "vault/auth/approle/role/ci#secret-ids",
			"status": "unknown",
			"attributes": {"ttl": 0, "num_uses": 0},
		},
		over,
	))]},
)

test_hit if {
	some found in rule.finding with input as _role({})
	found == {
		"id": "vault-secret-id-endless",
		"subject": "vault:secret-id:vault/auth/approle/role/ci#secret-ids",
		"case": "default",
		"detail": {"principal": "ci", "uses": " and may be used without limit"},
		"evidence": [{"fact": "secret_id_ttl", "value": 0, "location": {"path": "keys.json", "line": 7}}],
	}
}

test_counted_uses_weigh_less if {
	some found in rule.finding with input as _role({"attributes": {"ttl": 0, "num_uses": 1}})
	found.case == "counted"
}

test_not_with_a_life if count(rule.finding) == 0 with input as _role({"attributes": {"ttl": 600, "num_uses": 0}})

# The role may say nothing while a single secret id has an end of its own.
test_not_with_an_end if count(rule.finding) == 0 with input as _role({"expiresAt": "2026-03-02T00:00:00Z"})

test_not_when_over if count(rule.finding) == 0 with input as _role({"status": "expired"})

test_unknown_life_is_no_finding if {
	who := samples.principal("vault", "approle", "vault/auth/approle/role/ci", "ci")
	secret := samples.key({"platform": "vault", "kind": "secret-id"})
	count(rule.finding) == 0 with input as samples.about(who, {"credentials": [secret]})
}

test_not_for_another_kind if count(rule.finding) == 0 with input as _role({"kind": "token"})

test_not_on_other_platforms if {
	secret := samples.key({"kind": "secret-id", "attributes": {"ttl": 0}})
	count(rule.finding) == 0 with input as samples.about(samples.user, {"credentials": [secret]})
}

test_not_for_a_secret if count(rule.finding) == 0 with input as samples.about_secret({}, {})
