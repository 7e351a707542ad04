# METADATA
# title: HMAC key of Cloud Storage
# description: >-
#   A service account has an HMAC key: a pair like an access key, that never expires, is kept by whoever needs it, and
#   opens every bucket that the account may use.
# related_resources:
#   - ref: https://cloud.google.com/storage/docs/authentication/hmackeys
#     description: Google on HMAC keys
#   - ref: https://cloud.google.com/iam/docs/best-practices-service-accounts
#     description: Google on service accounts
# custom:
#   id: gcp-hmac-key
#   nhi: NHI7
#   severity: medium
#   confidence: certain
#   platforms: [gcp]
#   needs: [credential.kind, credential.status]
#   depends_on: []
#   controls:
#     nist_800_53_r5: [IA-5, SC-12]
#     soc2_2017: [CC6.1]
#     iso_27001_2022: [A.5.17, A.8.24]
#   message: "{principal} has the HMAC key {credential}, which never expires"
#   remediation:
#     summary: Use the client library with the tokens of the account, or lease signed URLs.
#     steps:
#       - Find who still speaks the S3 protocol with it.
#       - Move it to the client library, which takes tokens that end within the hour.
#       - Deactivate the key, and delete it when nothing breaks.
#   since: 0.1.0
package lapse.rules["gcp-hmac-key"]

import data.lapse.lib.evidence
import data.lapse.lib.keys
import data.lapse.lib.subject

finding contains {
	"id": "gcp-hmac-key",
	"subject": key.id,
	"case": subject.level_case,
	"detail": {"credential": keys.label(key.nativeId), "principal": subject.label},
	"evidence": [evidence.at("status", key.status, key.locations)],
} if {
	input.type == "principal"
	input.principal.platform == "gcp"
	some key in input.credentials
	key.kind == "hmac-key"
	not key.status in {"inactive", "expired"}
}
