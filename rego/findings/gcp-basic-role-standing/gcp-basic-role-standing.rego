# METADATA
# title: Editor at all times
# description: >-
#   A principal holds the basic role Editor on a project, folder or organization. It may change and delete nearly
#   everything there and use every service account in it. Owners are reported as administrators, and default accounts
#   by a rule of their own.
# related_resources:
#   - ref: https://cloud.google.com/iam/docs/roles-overview#basic
#     description: Google on basic roles
#   - ref: https://cloud.google.com/iam/docs/role-recommendations
#     description: Google on role recommendations
# custom:
#   id: gcp-basic-role-standing
#   nhi: NHI5
#   severity: high
#   confidence: evidence
#   platforms: [gcp]
#   needs: [effective.privileges]
#   depends_on: [admin-standing]
#   controls:
#     nist_800_53_r5: [AC-6, AC-6(5)]
#     soc2_2017: [CC6.3]
#     iso_27001_2022: [A.5.18, A.8.2]
#   message: "{principal} holds {what}{proviso}"
#   remediation:
#     summary: Grant the predefined roles that are used, and lease the rest.
#     steps:
#       - Take from the role recommendations what the principal has used within ninety days.
#       - Grant these roles, on the resources that they are for.
#       - Remove the basic role, and make its remainder a target of lapse with an approval.
#   since: 0.1.0
package lapse.rules["gcp-basic-role-standing"]

import data.lapse.lib.answers
import data.lapse.lib.evidence
import data.lapse.lib.subject

finding contains {
	"id": "gcp-basic-role-standing",
	"subject": input.principal.id,
	"case": answers.level_case(privilege.answer),
	"detail": {
		"principal": subject.label,
		"proviso": answers.proviso(privilege.answer),
		"what": privilege.what,
		"key": privilege.what,
	},
	"evidence": [evidence.at("basic role", privilege.what, subject.places(privilege.grants))],
} if {
	input.type == "principal"
	input.principal.platform == "gcp"
	some privilege in input.effective.privileges
	privilege.id == "basic-role"
	startswith(privilege.what, "roles/editor ")
	not input.principal.attributes.default_account
	answers.shown(privilege.answer)
}
