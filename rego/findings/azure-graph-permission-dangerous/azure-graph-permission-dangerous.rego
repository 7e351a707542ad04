# METADATA
# title: Application permission that leads to everything
# description: >-
#   An application holds a permission of Microsoft Graph by which it can give itself any role, any permission, or
#   credentials of any other application; or join the groups that hold them. It needs no user and no approval for it.
# related_resources:
#   - ref: https://learn.microsoft.com/en-us/graph/permissions-reference
#     description: Microsoft on the permissions of Graph
#   - ref: https://learn.microsoft.com/en-us/entra/identity/role-based-access-control/best-practices
#     description: Microsoft on roles of Entra
# custom:
#   id: azure-graph-permission-dangerous
#   nhi: NHI5
#   severity: critical
#   confidence: evidence
#   platforms: [azure]
#   needs: [effective.privileges]
#   depends_on: [admin-standing]
#   controls:
#     nist_800_53_r5: [AC-6, AC-6(1), AC-6(5)]
#     soc2_2017: [CC6.3]
#     iso_27001_2022: [A.5.18, A.8.2]
#   message: "{principal} holds {permission}{proviso}"
#   remediation:
#     summary: Replace it by the narrow form, and lease what is left.
#     steps:
#       - Look in the sign-in and audit logs what the application does with it.
#       - "Grant `Application.ReadWrite.OwnedBy`, or a role for the one administrative unit."
#       - Remove the app role assignment; do rare administration by a leased, approved role.
#   since: 0.1.0
package lapse.rules["azure-graph-permission-dangerous"]

import data.lapse.lib.answers
import data.lapse.lib.evidence
import data.lapse.lib.subject

finding contains {
	"id": "azure-graph-permission-dangerous",
	"subject": input.principal.id,
	"case": _case(privilege),
	"detail": {
		"principal": input.principal.name,
		"permission": privilege.what,
		"proviso": answers.proviso(privilege.answer),
		"key": privilege.what,
	},
	"evidence": [evidence.at("app role", privilege.what, subject.places(privilege.grants))],
} if {
	input.type == "principal"
	input.principal.platform == "azure"
	some privilege in input.effective.privileges
	privilege.id == "iam-write"
	startswith(privilege.what, "Microsoft Graph ")
	answers.shown(privilege.answer)
}

_case(privilege) := "conditional" if {
	is_object(privilege.answer)
} else := "groups" if {
	contains(privilege.what, "Group")
} else := "default"
