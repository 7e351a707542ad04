# METADATA
# title: Expired credential still there
# description: >-
#   A credential has ended and is still listed. It does not work, but it hides the ones that do, and somebody may
#   take it for a reason to make the next one.
# related_resources:
#   - ref: https://owasp.org/www-project-non-human-identities-top-10/2025/1-improper-offboarding/
#     description: OWASP on offboarding non-human identities
# custom:
#   id: credential-expired-present
#   nhi: NHI1
#   severity: low
#   confidence: certain
#   platforms: [azure, gcp, github, gitlab, aws]
#   needs: [credential.status]
#   depends_on: []
#   controls:
#     nist_800_53_r5: [AC-2(3), IA-5]
#     soc2_2017: [CC6.2]
#     iso_27001_2022: [A.5.17, A.5.18]
#   message: "{kind} {credential} of {principal} has expired{since} and is still there"
#   remediation:
#     summary: Delete it.
#     steps:
#       - Look whether another credential took its place, which then is what to swap for a lease.
#       - Delete the expired one.
#   since: 0.1.0
package lapse.rules["credential-expired-present"]

import data.lapse.lib.evidence
import data.lapse.lib.keys
import data.lapse.lib.subject

finding contains {
	"id": "credential-expired-present",
	"subject": key.id,
	"detail": {
		"principal": subject.label,
		"kind": key.kind,
		"credential": keys.label(key.nativeId),
		"since": _since(key),
	},
	"evidence": [evidence.at("status", "expired", key.locations)],
} if {
	input.type == "principal"
	some key in input.credentials
	key.status == "expired"

	# Whose password has ended sets a new one at the next sign-in.
	key.kind != "console-password"
}

_since(key) := concat("", [" on ", substring(key.expiresAt, 0, 10)]) if {
	key.expiresAt
} else := ""
