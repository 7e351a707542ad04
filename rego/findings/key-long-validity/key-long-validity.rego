# METADATA
# title: Key that lives too long
# description: >-
#   A key or token was made with an end that is further away than the threshold. An end after years is none in
#   practice; whoever has a copy of it has it as long.
# related_resources:
#   - ref: https://owasp.org/www-project-non-human-identities-top-10/2025/7-long-lived-secrets/
#     description: OWASP on long-lived secrets
# custom:
#   id: key-long-validity
#   nhi: NHI7
#   severity: low
#   confidence: certain
#   platforms: [azure, gcp, github, gitlab]
#   needs: [credential.createdAt, credential.expiresAt]
#   depends_on: [key-unused, key-never-used, key-too-old]
#   controls:
#     nist_800_53_r5: [IA-5]
#     soc2_2017: [CC6.1]
#     iso_27001_2022: [A.5.17]
#   message: "{kind} {credential} of {principal} was made for {days} days"
#   remediation:
#     summary: Make keys for days, or lease the access for minutes.
#     steps:
#       - Let the workload federate or lease in place of the key.
#       - Limit lifetimes where the provider has a policy for that.
#   since: 0.1.0
package lapse.rules["key-long-validity"]

import data.lapse.lib.clock
import data.lapse.lib.evidence
import data.lapse.lib.keys
import data.lapse.lib.settings
import data.lapse.lib.subject

finding contains {
	"id": "key-long-validity",
	"subject": key.id,
	"detail": {
		"principal": subject.label,
		"kind": key.kind,
		"credential": keys.label(key.nativeId),
		"days": days,
	},
	"evidence": [evidence.at("expires", key.expiresAt, key.locations)],
} if {
	input.type == "principal"
	some key in input.credentials
	key.status == "active"

	# What lasts for centuries has no end, which is a finding of its own.
	clock.years_between(input.now, key.expiresAt) < 100
	days := clock.days_between(key.createdAt, key.expiresAt)
	days >= settings.thresholds.key_validity_days
}
