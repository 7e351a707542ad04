# METADATA
# title: Long-lived login of one service
# description: >-
#   A user has a login for one service alone - a key for Amazon Bedrock, a password for a git or database service of
#   AWS - that has no end. It stands for the user there, and short-lived credentials of a role would do.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateServiceSpecificCredential.html
#     description: AWS on credentials for single services
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_bedrock.html
#     description: AWS on short-term keys for Amazon Bedrock
# custom:
#   id: service-specific-credential
#   nhi: NHI7
#   severity: medium
#   confidence: certain
#   platforms: [aws]
#   needs: [credential.kind, credential.status]
#   depends_on: [key-unused, key-never-used, key-too-old]
#   controls:
#     nist_800_53_r5: [IA-5, AC-2(2)]
#     soc2_2017: [CC6.1]
#     iso_27001_2022: [A.5.17]
#   message: "{principal} has a login for {service} that never ends"
#   remediation:
#     summary: Use the short-lived credentials of a leased role in its place.
#     steps:
#       - Let the program lease a role, and sign its calls or ask for a short-term key.
#       - Delete the login.
#   since: 0.1.0
package lapse.rules["service-specific-credential"]

import data.lapse.lib.evidence
import data.lapse.lib.subject

finding contains {
	"id": "service-specific-credential",
	"subject": credential.id,
	"case": subject.level_case,
	"detail": {"principal": subject.label, "service": _service(credential)},
	"evidence": [evidence.at("status", credential.status, credential.locations)],
} if {
	input.type == "principal"
	input.principal.platform == "aws"
	some credential in input.credentials
	credential.kind == "service-specific"
	credential.status == "active"
	not credential.expiresAt
	not credential.attributes.planned
}

_service(credential) := name if {
	some member in ["service", "service_name"]
	name := credential.attributes[member]
} else := "one service"
