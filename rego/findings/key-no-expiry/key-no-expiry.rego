# METADATA
# title: Key without end
# description: >-
#   A key or token could have been given an end, and has none, or one in centuries. It works until somebody thinks of
#   it, which tends to be after somebody else did.
# related_resources:
#   - ref: https://owasp.org/www-project-non-human-identities-top-10/2025/7-long-lived-secrets/
#     description: OWASP on long-lived secrets
# custom:
#   id: key-no-expiry
#   nhi: NHI7
#   severity: medium
#   confidence: certain
#   platforms: [azure, gcp, github, gitlab, aws]
#   needs: [credential.expiresAt, credential.expiryUnknown, credential.status]
#   depends_on:
#     - key-unused
#     - key-never-used
#     - key-too-old
#     - azure-privileged-app-secret
#     - azure-credential-on-service-principal
#     - federated-identity-keeps-key
#   controls:
#     nist_800_53_r5: [IA-5, AC-2(2)]
#     soc2_2017: [CC6.1, CC6.2]
#     iso_27001_2022: [A.5.17]
#   message: "{kind} {credential} of {principal} {end}"
#   remediation:
#     summary: Lease the access, or give the key an end of days.
#     steps:
#       - Find out who uses it, by its last use and its places.
#       - Let the workload federate or lease, then delete the key.
#       - Where neither works, make a new one that ends within days, and a job that renews it.
#   since: 0.1.0
package lapse.rules["key-no-expiry"]

import data.lapse.lib.clock
import data.lapse.lib.evidence
import data.lapse.lib.keys
import data.lapse.lib.subject

finding contains {
	"id": "key-no-expiry",
	"subject": key.id,
	"case": subject.level_case,
	"detail": {
		"principal": subject.label,
		"kind": key.kind,
		"credential": keys.label(key.nativeId),
		"end": end,
	},
	"evidence": [evidence.at("expires", object.get(key, "expiresAt", "never"), key.locations)],
} if {
	input.type == "principal"
	some key in input.credentials
	key.status == "active"
	key.kind in data.lapse.expiring_key_kinds
	not key.attributes.planned
	end := _end(key)
}

_end(key) := "has no end" if {
	not key.expiresAt
	not key.expiryUnknown == true
}

_end(key) := concat(" ", ["ends in the year", substring(key.expiresAt, 0, 4)]) if {
	clock.years_between(input.now, key.expiresAt) >= 100
}
