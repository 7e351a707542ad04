package lapse.rules["gcp-default-account-granted_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["gcp-default-account-granted"] as rule

_account := object.union(
	samples.principal("gcp", "service-account", "ci@shop.iam.gserviceaccount.com", "ci@shop.iam.gserviceaccount.com"),
	{"scope": ["shop-prod"]},
)

_binding(over) := samples.grant(object.union(
	{
		"platform": "gcp",
		"principal": _account.id,
		"actions": ["role:roles/editor"],
		"resources": ["projects/shop-prod"],
		"scope": "projects/shop-prod",
		"via": ["role:roles/editor"],
	},
	over,
))

_default := object.union(
	samples.principal("gcp", "service-account", "1-compute@developer.gserviceaccount.com", "1-compute"),
	{"attributes": {"default_account": "compute"}},
)

test_hit if {
	some found in rule.finding with input as samples.about(_default, {"grants": [_binding({})]})
	found == {
		"id": "gcp-default-account-granted",
		"subject": _default.id,
		"case": "basic",
		"detail": {"principal": "1-compute", "roles": ["roles/editor"]},
		"evidence": [{
			"fact": "role",
			"value": "roles/editor",
			"location": {"path": "export.json", "line": 42},
		}],
	}
}

test_other_roles_weigh_less if {
	some found in rule.finding with input as samples.about(
		_default,
		{"grants": [_binding({"actions": ["role:roles/storage.objectViewer"]})]},
	)
	found.case == "default"
	found.detail.roles == ["roles/storage.objectViewer"]
}

# Nodes must write logs and pull images; that is what the account is for.
test_not_for_roles_of_every_node if {
	count(rule.finding) == 0 with input as samples.about(_default, {"grants": [
		_binding({"actions": ["role:roles/logging.logWriter"]}),
		_binding({"actions": ["role:roles/artifactregistry.reader"]}),
	]})
}

test_not_for_a_deny if {
	count(rule.finding) == 0 with input as samples.about(_default, {"grants": [_binding({"effect": "deny"})]})
}

test_not_for_other_accounts if {
	count(rule.finding) == 0 with input as samples.about(_account, {"grants": [_binding({})]})
}

test_not_without_grants if count(rule.finding) == 0 with input as samples.about(_default, {})

test_not_on_other_platforms if {
	count(rule.finding) == 0 with input as samples.about(samples.user, {"grants": [_binding({})]})
}

test_not_for_a_secret if count(rule.finding) == 0 with input as samples.about_secret({}, {"principal": _default})
