package lapse.rules["gcp-public-grant_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["gcp-public-grant"] as rule

_everybody := samples.principal("gcp", "public", "allUsers", "allUsers")

_binding(over) := samples.grant(object.union(
	{
		"platform": "gcp",
		"principal": _everybody.id,
		"actions": ["role:roles/storage.objectViewer"],
		"resources": ["//storage.googleapis.com/reports"],
	},
	over,
))

_holds(grants) := samples.about(_everybody, {"grants": grants})

test_hit if {
	some found in rule.finding with input as _holds([_binding({})])
	found == {
		"id": "gcp-public-grant",
		"subject": "gcp:public:allUsers",
		"case": "default",
		"detail": {
			"principal": "allUsers",
			"role": "roles/storage.objectViewer",
			"resources": ["//storage.googleapis.com/reports"],
			"key": "roles/storage.objectViewer",
		},
		"evidence": [{
			"fact": "role",
			"value": "roles/storage.objectViewer",
			"location": {"path": "export.json", "line": 42},
		}],
	}
}

# A service that the public calls is what services are for; a key ring that it uses is not.
test_calling_a_service_weighs_less if {
	found := rule.finding with input as _holds([
		_binding({"actions": ["role:roles/run.invoker"]}),
		_binding({"actions": ["role:roles/cloudkms.cryptoKeyDecrypter"]}),
	])
	{one.detail.role: one.case | some one in found} == {
		"roles/run.invoker": "serving",
		"roles/cloudkms.cryptoKeyDecrypter": "default",
	}
}

test_one_finding_for_each_role if {
	found := rule.finding with input as _holds([_binding({}), _binding({"resources": ["//storage.googleapis.com/site"]})])
	count(found) == 1
	some one in found
	one.detail.resources == ["//storage.googleapis.com/reports", "//storage.googleapis.com/site"]
}

test_not_for_a_deny if count(rule.finding) == 0 with input as _holds([_binding({"effect": "deny"})])

test_not_without_grants if count(rule.finding) == 0 with input as _holds([])

test_not_for_somebody if {
	who := samples.principal("gcp", "user", "alice@example.com", "alice@example.com")
	count(rule.finding) == 0 with input as samples.about(who, {"grants": [_binding({})]})
}

test_not_on_other_platforms if {
	count(rule.finding) == 0 with input as samples.about(samples.user, {"grants": [_binding({})]})
}

test_not_for_a_secret if count(rule.finding) == 0 with input as samples.about_secret({}, {})
