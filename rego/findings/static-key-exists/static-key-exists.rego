# METADATA
# title: Static key
# description: >-
#   A key is in use that has no end and cannot be given one. It works until somebody takes it away. These are the
#   keys that swaps count down, whatever their age.
# related_resources:
#   - ref: https://owasp.org/www-project-non-human-identities-top-10/2025/7-long-lived-secrets/
#     description: OWASP on long-lived secrets
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/security-creds-programmatic-access.html
#     description: AWS on alternatives to access keys
# custom:
#   id: static-key-exists
#   nhi: NHI7
#   severity: low
#   confidence: certain
#   platforms: [aws, gcp, github, gitlab]
#   needs: [credential.kind, credential.status]
#   depends_on:
#     - root-access-key
#     - key-unused
#     - key-never-used
#     - key-too-old
#     - two-active-keys
#     - user-has-password-and-key
#     - gcp-hmac-key
#   controls:
#     nist_800_53_r5: [IA-5, AC-2(2)]
#     soc2_2017: [CC6.1]
#     iso_27001_2022: [A.5.17]
#   message: "{principal} has the static key {credential}"
#   remediation:
#     summary: Swap the key for a lease of a few minutes.
#     steps:
#       - "See with `lapse show` where the key stands and what uses it."
#       - "Plan its retirement with `lapse swap`, and let the workload obtain a lease."
#       - Delete the key when nothing uses it any more.
#   since: 0.1.0
package lapse.rules["static-key-exists"]

import data.lapse.lib.evidence
import data.lapse.lib.keys
import data.lapse.lib.subject

finding contains {
	"id": "static-key-exists",
	"subject": key.id,
	"detail": {"principal": subject.label, "credential": keys.label(key.nativeId)},
	"evidence": [evidence.at("status", key.status, key.locations)],
} if {
	input.type == "principal"
	some key in input.credentials
	key.status == "active"
	key.kind in data.lapse.endless_key_kinds
	not key.expiresAt
	not key.attributes.planned
}
