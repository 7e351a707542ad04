# METADATA
# title: Metadata service without tokens
# description: >-
#   An instance or its template lets the metadata service answer without a session token. A flaw by which a program
#   fetches an address of the attacker's choice then hands out the credentials of the instance's role.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html
#     description: AWS on requiring tokens of the metadata service
# custom:
#   id: imds-v1
#   nhi: NHI6
#   severity: medium
#   confidence: certain
#   platforms: [aws]
#   needs: [principal.attributes.http_tokens]
#   depends_on: []
#   controls:
#     cis_aws_7_0: ["6.7"]
#     nist_800_53_r5: [AC-6, CM-6, SC-7]
#     soc2_2017: [CC6.1, CC7.1]
#     iso_27001_2022: [A.8.9]
#   message: "{principal} hands out credentials of its role without a token (IMDSv1)"
#   remediation:
#     summary: Require tokens; better, let programs on the instance lease what they need.
#     steps:
#       - "Set `http_tokens = \"required\"`, in the template too."
#       - Watch the metric MetadataNoToken for what still asks without.
#       - Narrow the role of the instance, and lease the rest.
#   since: 0.1.0
package lapse.rules["imds-v1"]

import data.lapse.lib.evidence

finding contains {
	"id": "imds-v1",
	"subject": input.principal.id,
	"detail": {"principal": input.principal.name},
	"evidence": [evidence.at("http_tokens", "optional", input.principal.locations)],
} if {
	input.type == "principal"
	input.principal.platform == "aws"
	input.principal.attributes.http_tokens == "optional"
}
