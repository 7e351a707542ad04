# METADATA
# title: Access key of the root user
# description: The root user of an account has an active access key. No policy can limit what the key may do.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-best-practices.html
#     description: AWS on the root user
# custom:
#   id: root-access-key
#   nhi: NHI5
#   severity: critical
#   confidence: certain
#   platforms: [aws]
#   needs: [credential.status]
#   depends_on: []
#   controls:
#     cis_aws_7_0: ["2.4"]
#     nist_800_53_r5: [AC-2(7), AC-6(5), IA-5]
#     soc2_2017: [CC6.1, CC6.3]
#     iso_27001_2022: [A.8.2, A.5.17]
#     gdpr: [Art. 32(1)(b)]
#   message: "the root user of account {account} has an active access key"
#   remediation:
#     summary: Delete the key. What needs administration leases it for an hour, with an approval.
#     steps:
#       - Find by the date and service of last use what the key is used for.
#       - Give that its own role, obtained by lease.
#       - Sign in as root and delete the key; roots of member accounts can be managed centrally.
#   since: 0.1.0
package lapse.rules["root-access-key"]

import data.lapse.lib.evidence
import data.lapse.lib.keys
import data.lapse.lib.subject

finding contains {
	"id": "root-access-key",
	"subject": key.id,
	"detail": {"account": concat("/", input.principal.scope)},
	"evidence": [evidence.at("status", key.status, key.locations)],
} if {
	subject.root
	some key in keys.active
}
