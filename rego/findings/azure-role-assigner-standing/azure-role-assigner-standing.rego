# METADATA
# title: Hands out roles at all times
# description: >-
#   A principal holds User Access Administrator or Role Based Access Control Administrator on a subscription, a
#   management group or the root, for good. It can give itself and anybody else any role there. An eligible
#   assignment, and one with an end, is how it should be.
# related_resources:
#   - ref: https://learn.microsoft.com/en-us/azure/role-based-access-control/elevate-access-global-admin
#     description: Microsoft on elevated access
#   - ref: https://learn.microsoft.com/en-us/azure/role-based-access-control/delegate-role-assignments-overview
#     description: Microsoft on delegating role assignments
# custom:
#   id: azure-role-assigner-standing
#   nhi: NHI5
#   severity: high
#   confidence: certain
#   platforms: [azure]
#   needs: [grants]
#   depends_on: [admin-standing]
#   controls:
#     cis_azure_6_0: ["5.3.3"]
#     nist_800_53_r5: [AC-2(7), AC-6(1), AC-6(5)]
#     soc2_2017: [CC6.3]
#     iso_27001_2022: [A.5.18, A.8.2]
#   message: "{principal} hands out roles in {scope}, for good{proviso}"
#   remediation:
#     summary: Make the assignment eligible, or lease it, with an approval.
#     steps:
#       - Remove elevated access at the root when the work is done.
#       - Make the assignment eligible in Privileged Identity Management, or a target of lapse.
#       - Where a program must assign roles, add a condition on which roles and to whom.
#   since: 0.1.0
package lapse.rules["azure-role-assigner-standing"]

import data.lapse.lib.evidence

finding contains {
	"id": "azure-role-assigner-standing",
	"subject": input.principal.id,
	"case": _case(grant, scope),
	"detail": {
		"principal": input.principal.name,
		"scope": _named(scope),
		"proviso": _proviso(grant),
		"key": concat(" ", [grant.actions[0], scope]),
	},
	"evidence": [evidence.at("role assignment", grant.via, grant.locations)],
} if {
	input.type == "principal"
	input.principal.platform == "azure"
	some grant in input.grants
	grant.effect == "allow"
	grant.actions[0] in _roles
	not _time_boxed(grant)
	some scope in grant.resources
	_wide(scope)
}

# User Access Administrator; Role Based Access Control Administrator.
_roles := {"role:18d7d88d-d35e-4fb5-a5c3-7773c20a72d9", "role:f58310d9-a9f6-439a-9e8d-f62e7b41a168"}

_time_boxed(grant) if grant.condition.pim.state == "eligible"

_time_boxed(grant) if grant.condition.pim.until

_wide("/")

_wide(scope) if startswith(scope, "/providers/microsoft.management/managementgroups/")

_wide(scope) if regex.match(`^/subscriptions/[^/]+$`, scope)

_named("/") := "the whole tenant"

_named(scope) := scope if scope != "/"

_case(grant, scope) := "conditional" if {
	grant.condition.abac
} else := "root" if {
	scope == "/"
} else := "default"

_proviso(grant) := " (as far as its condition allows)" if {
	grant.condition.abac
} else := ""
