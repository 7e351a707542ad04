# METADATA
# title: Signing certificate in use
# description: >-
#   A user has an active X.509 signing certificate. It signs requests of interfaces that were replaced long ago, has
#   no end at AWS, and is looked at by nobody who rotates access keys.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/APIReference/API_UploadSigningCertificate.html
#     description: AWS on signing certificates of users
# custom:
#   id: signing-certificate-active
#   nhi: NHI7
#   severity: medium
#   confidence: certain
#   platforms: [aws]
#   needs: [credential.kind, credential.status]
#   depends_on: [root-access-key, key-too-old]
#   controls:
#     nist_800_53_r5: [IA-5, IA-5(2)]
#     soc2_2017: [CC6.1]
#     iso_27001_2022: [A.5.17]
#   message: "{principal} has an active signing certificate"
#   remediation:
#     summary: Delete the certificate. What still signs with it leases a role.
#     steps:
#       - Disable the certificate, which can be undone, and see whether anything fails.
#       - Let what fails sign with the credentials of a leased role.
#       - Delete the certificate.
#   since: 0.1.0
package lapse.rules["signing-certificate-active"]

import data.lapse.lib.evidence
import data.lapse.lib.subject

finding contains {
	"id": "signing-certificate-active",
	"subject": credential.id,
	"case": subject.level_case,
	"detail": {"principal": subject.label},
	"evidence": [evidence.at("status", credential.status, credential.locations)],
} if {
	input.type == "principal"
	input.principal.platform == "aws"
	some credential in input.credentials
	credential.kind == "signing-certificate"
	credential.status == "active"
	not credential.attributes.planned
}
