package lapse.rules["azure-graph-permission-dangerous_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["azure-graph-permission-dangerous"] as rule

_app := object.union(
	samples.principal("azure", "service-principal", "11111111-2222-3333-4444-555555555555", "deployer"),
	{"attributes": {"type": "Application"}},
)

_holds(who, over) := samples.about(who, {
	"grants": [samples.grant({"platform": "azure", "actions": ["app-role:9e3f62cf"]})],
	"effective": samples.effective({"privileges": [object.union(_privilege, over)]}),
})

_privilege := object.union(
	samples.privilege("iam-write", "yes"),
	{"what": "Microsoft Graph RoleManagement.ReadWrite.Directory"},
)

test_hit if {
	some found in rule.finding with input as _holds(_app, {})
	found == {
		"id": "azure-graph-permission-dangerous",
		"subject": _app.id,
		"case": "default",
		"detail": {
			"principal": "deployer",
			"permission": "Microsoft Graph RoleManagement.ReadWrite.Directory",
			"proviso": "",
			"key": "Microsoft Graph RoleManagement.ReadWrite.Directory",
		},
		"evidence": [{
			"fact": "app role",
			"value": "Microsoft Graph RoleManagement.ReadWrite.Directory",
			"location": {"path": "export.json", "line": 42},
		}],
	}
}

test_groups_are_a_case_of_their_own if {
	some found in rule.finding with input as _holds(_app, {"what": "Microsoft Graph GroupMember.ReadWrite.All"})
	found.case == "groups"
}

test_under_conditions_is_a_case_of_its_own if {
	some found in rule.finding with input as _holds(_app, {"answer": samples.maybe})
	found.case == "conditional"
}

# A role of the directory or a right to assign roles is told elsewhere.
test_not_for_other_ways_to_write_rights if {
	count(rule.finding) == 0 with input as _holds(_app, {"what": "Helpdesk Administrator"})
	count(rule.finding) == 0 with input as _holds(_app, {"id": "secrets-read"})
}

test_not_when_ruled_out if count(rule.finding) == 0 with input as _holds(_app, {"answer": "no"})

test_not_on_other_platforms if count(rule.finding) == 0 with input as _holds(samples.user, {})

test_unknown_permissions_are_no_finding if count(rule.finding) == 0 with input as samples.about(_app, {})

test_not_for_a_secret if {
	count(rule.finding) == 0 with input as samples.about_secret({}, {
		"principal": _app,
		"effective": samples.effective({"privileges": [_privilege]}),
	})
}
