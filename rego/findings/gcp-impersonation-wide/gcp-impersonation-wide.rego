# METADATA
# title: Can act as every service account of a project
# description: >-
#   A principal may make tokens of, sign as, or attach every service account of a project, folder or organization,
#   those that are made later included. It has what all of them have together. A right over single accounts is not
#   meant.
# related_resources:
#   - ref: https://cloud.google.com/iam/docs/service-account-permissions
#     description: Google on roles for using service accounts
#   - ref: https://cloud.google.com/iam/docs/best-practices-service-accounts
#     description: Google on service accounts
# custom:
#   id: gcp-impersonation-wide
#   nhi: NHI5
#   severity: high
#   confidence: evidence
#   platforms: [gcp]
#   needs: [effective.privileges]
#   depends_on: [admin-standing, gcp-basic-role-standing, gcp-default-account-granted]
#   controls:
#     cis_gcp_5_0: ["1.7"]
#     nist_800_53_r5: [AC-6, AC-6(1)]
#     soc2_2017: [CC6.1, CC6.3]
#     iso_27001_2022: [A.5.18, A.8.2]
#   message: "{principal} can act as every service account: {what}{proviso}"
#   remediation:
#     summary: Grant the role on the one service account that is meant, and lease it.
#     steps:
#       - Find in the audit log which accounts it acts as.
#       - Bind Service Account User or Token Creator on those accounts, not on the project.
#       - Where it happens now and then, make acting as the account a target of lapse.
#   since: 0.1.0
package lapse.rules["gcp-impersonation-wide"]

import data.lapse.lib.answers
import data.lapse.lib.evidence
import data.lapse.lib.subject

finding contains {
	"id": "gcp-impersonation-wide",
	"subject": input.principal.id,
	"case": answers.level_case(privilege.answer),
	"detail": {
		"principal": subject.label,
		"proviso": answers.proviso(privilege.answer),
		"what": privilege.what,
		"key": privilege.what,
	},
	"evidence": [evidence.at("impersonation", privilege.what, subject.places(privilege.grants))],
} if {
	input.type == "principal"
	input.principal.platform == "gcp"
	some privilege in input.effective.privileges
	privilege.id == "impersonate-all"
	answers.shown(privilege.answer)
}
