# METADATA
# title: Console password without second factor
# description: >-
#   A user signs in to the console with nothing but a password. One that leaks, or is used elsewhere too, is enough
#   to act as the user.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html
#     description: AWS on multi-factor authentication
# custom:
#   id: user-without-mfa
#   nhi: NHI4
#   severity: medium
#   confidence: certain
#   platforms: [aws]
#   needs: [principal.attributes.mfa_active, principal.attributes.password_enabled]
#   depends_on: []
#   controls:
#     cis_aws_7_0: ["2.10"]
#     nist_800_53_r5: [IA-2(1)]
#     soc2_2017: [CC6.1]
#     iso_27001_2022: [A.8.5]
#   message: "{principal} signs in to the console with a password alone"
#   remediation:
#     summary: Let people sign in by federation; a user of a program needs no password.
#     steps:
#       - Delete the password where a program is behind the user.
#       - Give people an identity of the organization, with a second factor, and lease what they need rarely.
#       - Until then, register a second factor.
#   since: 0.1.0
package lapse.rules["user-without-mfa"]

import data.lapse.lib.evidence
import data.lapse.lib.subject

finding contains {
	"id": "user-without-mfa",
	"subject": input.principal.id,
	"case": subject.level_case,
	"detail": {"principal": subject.label},
	"evidence": [evidence.at("second factor", false, input.principal.locations)],
} if {
	input.type == "principal"
	input.principal.platform == "aws"
	input.principal.kind == "user"
	input.principal.attributes.mfa_active == false
	subject.has_password
}
