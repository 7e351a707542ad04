# METADATA
# title: Disabled key still there
# description: >-
#   A key is disabled and was not used for longer than the threshold. Whoever may change keys can switch it on again,
#   and a copy of it then works as before.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/id-credentials-access-keys-update.html
#     description: AWS on disabling and deleting access keys
#   - ref: https://owasp.org/www-project-non-human-identities-top-10/2025/1-improper-offboarding/
#     description: OWASP on offboarding non-human identities
# custom:
#   id: key-inactive-present
#   nhi: NHI1
#   severity: low
#   confidence: evidence
#   platforms: [aws, gcp]
#   needs: [credential.status, credential.usage]
#   depends_on: []
#   controls:
#     nist_800_53_r5: [AC-2(3), IA-5]
#     soc2_2017: [CC6.2]
#     iso_27001_2022: [A.5.17, A.5.18]
#   message: "key {credential} of {principal} is disabled, not deleted, and unused for {days} days"
#   remediation:
#     summary: Delete the key. The quiet period is over.
#     steps:
#       - Make sure that nothing asked for it since it was disabled.
#       - Delete it; what needs the access now and then leases it.
#   since: 0.1.0
package lapse.rules["key-inactive-present"]

import data.lapse.lib.clock
import data.lapse.lib.evidence
import data.lapse.lib.keys
import data.lapse.lib.settings
import data.lapse.lib.subject

finding contains {
	"id": "key-inactive-present",
	"subject": key.id,
	"detail": {"credential": keys.label(key.nativeId), "principal": subject.label, "days": days},
	"evidence": [
		evidence.at("status", key.status, key.locations),
		evidence.of_usage("unused for days", days, key.usage),
	],
} if {
	input.type == "principal"
	some key in input.credentials
	key.status == "inactive"
	key.kind in data.lapse.key_kinds
	days := _unused(key)
	days >= settings.thresholds.key_unused_days
}

_unused(key) := clock.idle_days(key.usage, input.now)

_unused(key) := clock.unused_days(key, key.usage, input.now) if not key.usage.lastUsedAt
