# METADATA
# title: Root user without second factor
# description: >-
#   The credential report says that the root user of an account has no second factor. Whoever learns its password, or
#   reads its mailbox, has the account.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-best-practices.html
#     description: AWS on the root user
# custom:
#   id: root-without-mfa
#   nhi: NHI4
#   severity: high
#   confidence: certain
#   platforms: [aws]
#   needs: [principal.attributes.mfa_active]
#   depends_on: [root-access-key]
#   controls:
#     cis_aws_7_0: ["2.5"]
#     nist_800_53_r5: [IA-2(1), AC-2(7)]
#     soc2_2017: [CC6.1]
#     iso_27001_2022: [A.8.5, A.8.2]
#   message: "the root user of account {account} has no second factor"
#   remediation:
#     summary: Take the credentials of root away, or register a second factor.
#     steps:
#       - In an organization, remove the credentials of root from member accounts centrally.
#       - Otherwise register two hardware keys, and keep them apart.
#       - Lease administration for what root was used for.
#   since: 0.1.0
package lapse.rules["root-without-mfa"]

import data.lapse.lib.evidence
import data.lapse.lib.subject

finding contains {
	"id": "root-without-mfa",
	"subject": input.principal.id,
	"detail": {"account": concat("/", input.principal.scope)},
	"evidence": [evidence.at("second factor", false, input.principal.locations)],
} if {
	subject.root
	input.principal.attributes.mfa_active == false
}
