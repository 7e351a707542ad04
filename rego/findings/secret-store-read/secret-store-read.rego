# METADATA
# title: Reads every secret of the store
# description: >-
#   A principal may read every secret of the account's store, or every parameter. It is as powerful as all the
#   programs whose secrets are kept there, taken together.
# related_resources:
#   - ref: https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_iam-policies.html
#     description: AWS on access to secrets
# custom:
#   id: secret-store-read
#   nhi: NHI5
#   severity: medium
#   confidence: evidence
#   platforms: [aws]
#   needs: [effective.privileges]
#   depends_on: [admin-standing, can-become-admin]
#   controls:
#     nist_800_53_r5: [AC-6, IA-5(6)]
#     soc2_2017: [CC6.1, CC6.3]
#     iso_27001_2022: [A.8.3, A.5.17]
#     gdpr: [Art. 32(1)(b)]
#   message: "{principal} can read {what}{proviso}"
#   remediation:
#     summary: Name the secrets it needs, or lease what they open in place of handing them out.
#     steps:
#       - See in the log which secrets it reads.
#       - Narrow the resource to those, by name or by tag.
#       - Where a secret is a login, make its target one of lapse, and drop the secret.
#   since: 0.1.0
package lapse.rules["secret-store-read"]

import data.lapse.lib.answers
import data.lapse.lib.evidence
import data.lapse.lib.subject

finding contains {
	"id": "secret-store-read",
	"subject": input.principal.id,
	"case": answers.level_case(privilege.answer),
	"detail": {
		"principal": subject.label,
		"what": privilege.what,
		"proviso": answers.proviso(privilege.answer),
		"key": privilege.what,
	},
	"evidence": [evidence.at(privilege.id, privilege.what, subject.places(privilege.grants))],
} if {
	input.type == "principal"
	input.principal.platform == "aws"
	subject.acts
	not input.effective.admin == "yes"
	some privilege in input.effective.privileges
	privilege.id == "secrets-read"
	answers.shown(privilege.answer)
}
