package lapse.rules["azure-foreign-app-privileged_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["azure-foreign-app-privileged"] as rule

_app(over) := object.union_n([samples.principal("azure", "service-principal", "11111111-2222-3333-4444-555555555555", "backup"), {"thirdParty": true}, over])

_holds(who, id, answer) := samples.about(who, {
	"grants": [samples.grant({"platform": "azure"})],
	"effective": samples.effective({"privileges": [samples.privilege(id, answer)]}),
})

test_hit if {
	some found in rule.finding with input as _holds(_app({}), "secrets-read", "yes")
	found == {
		"id": "azure-foreign-app-privileged",
		"subject": _app({}).id,
		"case": "default",
		"detail": {"principal": "backup", "what": "all of secrets-read", "proviso": ""},
		"evidence": [{
			"fact": "secrets-read",
			"value": "all of secrets-read",
			"location": {"path": "export.json", "line": 42},
		}],
	}
}

test_administration_is_a_case_of_its_own if {
	some found in rule.finding with input as samples.about(_app({}), {"effective": samples.effective({
		"admin": "yes",
		"privileges": [samples.privilege("admin", "yes")],
	})})
	found.case == "admin"
}

test_under_conditions_is_a_case_of_its_own if {
	some found in rule.finding with input as _holds(_app({}), "iam-write", samples.maybe)
	found.case == "conditional"
}

# Whether it is foreign is not known as long as nothing says which tenant is one's own.
test_unknown_tenant_is_no_finding if {
	count(rule.finding) == 0 with input as _holds(object.remove(_app({}), ["thirdParty"]), "iam-write", "yes")
}

test_not_for_ones_own if {
	count(rule.finding) == 0 with input as _holds(_app({"thirdParty": false}), "iam-write", "yes")
}

test_not_for_microsoft if {
	count(rule.finding) == 0 with input as _holds(_app({"attributes": {"first_party": true}}), "iam-write", "yes")
}

test_not_when_disabled if {
	count(rule.finding) == 0 with input as _holds(_app({"enabled": false}), "iam-write", "yes")
}

test_not_for_narrow_rights if {
	count(rule.finding) == 0 with input as _holds(_app({}), "other", "yes")
	count(rule.finding) == 0 with input as _holds(_app({}), "iam-write", "no")
}

test_unknown_permissions_are_no_finding if count(rule.finding) == 0 with input as samples.about(_app({}), {})

test_not_on_other_platforms if {
	count(rule.finding) == 0 with input as _holds(object.union(samples.role, {"thirdParty": true}), "iam-write", "yes")
}

test_not_for_a_secret if count(rule.finding) == 0 with input as samples.about_secret({}, {"principal": _app({})})
