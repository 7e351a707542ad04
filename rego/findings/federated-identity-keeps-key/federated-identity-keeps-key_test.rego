package lapse.rules["federated-identity-keeps-key_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["federated-identity-keeps-key"] as rule

_app := object.union(
	samples.principal("azure", "service-principal", "11111111-2222-3333-4444-555555555555", "deployer"),
	{"attributes": {"type": "Application"}},
)

_secret(over) := samples.key(object.union(
	{
		"id": "azure:app-secret:99999999-0000",
		"platform": "azure",
		"kind": "app-secret",
		"nativeId": "99999999-0000",
		"attributes": {"on": "application"},
	},
	over,
))

_trust(over) := samples.trust(object.union(
	{
		"platform": "azure",
		"principal": _app.id,
		"how": "assume-web-identity",
		"subject": {"kind": "federated", "issuer": "token.actions.githubusercontent.com"},
	},
	over,
))

_reached(who, trusts, over) := samples.about(who, {"trusts_in": trusts, "credentials": [_secret(over)]})

test_hit if {
	some found in rule.finding with input as _reached(_app, [_trust({})], {})
	found == {
		"id": "federated-identity-keeps-key",
		"subject": "azure:app-secret:99999999-0000",
		"case": "default",
		"detail": {
			"principal": "deployer",
			"credential": "9999…0000",
			"by": ["token.actions.githubusercontent.com"],
		},
		"evidence": [
			{"fact": "active key", "value": "app-secret", "location": {"path": "keys.json", "line": 7}},
			{"fact": "trust", "value": "assume-web-identity", "location": {"path": "export.json", "line": 77}},
		],
	}
}

test_annotated_account if {
	who := samples.principal("gcp", "service-account", "ci@shop.iam.gserviceaccount.com", "ci")
	annotation := samples.trust({
		"how": "annotation",
		"declaredBy": "subject",
		"subject": {"kind": "principal", "id": "kubernetes:service-account:prod/shop/ci"},
	})
	some found in rule.finding with input as _reached(who, [annotation], {"kind": "service-account-key"})
	found.detail.by == ["service-account:prod/shop/ci"]
}

# That a workflow names it says that it wants to come this way, not that it may.
test_not_for_a_claim_of_the_other_side if {
	claim := {"how": "logs-in-as", "declaredBy": "subject", "subject": {"kind": "principal", "id": "github:workflow:a"}}
	count(rule.finding) == 0 with input as samples.about(_app, {
		"trusts_in": [samples.trust(claim)],
		"credentials": [_secret({})],
	})
}

# A way that is denied is none.
test_not_for_a_deny if count(rule.finding) == 0 with input as _reached(_app, [_trust({"effect": "deny"})], {})

test_not_without_federation if count(rule.finding) == 0 with input as _reached(_app, [], {})

test_not_when_the_key_is_off if {
	count(rule.finding) == 0 with input as _reached(_app, [_trust({})], {"status": "inactive"})
}

test_not_for_a_certificate if {
	count(rule.finding) == 0 with input as _reached(_app, [_trust({})], {"kind": "managed-certificate"})
}

test_not_on_other_platforms if count(rule.finding) == 0 with input as _reached(samples.role, [_trust({})], {})

test_not_for_a_secret if count(rule.finding) == 0 with input as samples.about_secret({}, {"principal": _app})
