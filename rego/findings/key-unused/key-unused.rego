# METADATA
# title: Key unused
# description: >-
#   An active key was used once, and then not for longer than the threshold. Unknown use is not counted as none.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_finding-unused.html
#     description: AWS on finding unused credentials
# custom:
#   id: key-unused
#   nhi: NHI1
#   severity: medium
#   confidence: evidence
#   platforms: [aws, gcp, azure, github]
#   needs: [credential.usage, credential.status]
#   depends_on: [root-access-key]
#   controls:
#     cis_aws_7_0: ["2.11"]
#     nist_800_53_r5: [AC-2(3), AC-2(1), IA-5]
#     soc2_2017: [CC6.2]
#     iso_27001_2022: [A.5.17, A.5.18]
#   message: "key {credential} of {principal} has not been used for {days} days"
#   remediation:
#     summary: Remove the key. If somebody misses the access, lease it on demand.
#     steps:
#       - Disable the key, which can be undone.
#       - Wait for the quiet period of the provider, since dates of last use lag behind.
#       - Delete the key, and keep the principal as the target of a lease where the access is needed now and then.
#   since: 0.1.0
package lapse.rules["key-unused"]

import data.lapse.lib.clock
import data.lapse.lib.evidence
import data.lapse.lib.keys
import data.lapse.lib.settings
import data.lapse.lib.subject

finding contains {
	"id": "key-unused",
	"subject": key.id,
	"case": subject.level_case,
	"detail": {"credential": keys.label(key.nativeId), "principal": subject.label, "days": days},
	"evidence": [
		evidence.at("status", key.status, key.locations),
		evidence.of_usage("last used", key.usage.lastUsedAt, key.usage),
	],
} if {
	some key in keys.active
	days := clock.idle_days(key.usage, input.now)
	days >= settings.thresholds.key_unused_days
}
