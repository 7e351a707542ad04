# METADATA
# title: Key never used
# description: >-
#   An active key exists for some days and its provider says that nobody has used it. Often it is left over from a
#   set-up. Where the provider does not say, nothing is reported.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_finding-unused.html
#     description: AWS on finding unused credentials
# custom:
#   id: key-never-used
#   nhi: NHI1
#   severity: medium
#   confidence: evidence
#   platforms: [aws, gcp, azure, github]
#   needs: [credential.createdAt, credential.usage, credential.status]
#   depends_on: [root-access-key]
#   controls:
#     nist_800_53_r5: [AC-2(3), IA-5]
#     soc2_2017: [CC6.2]
#     iso_27001_2022: [A.5.17, A.5.18]
#   message: "key {credential} of {principal} was never used in the {days} days since it was made"
#   remediation:
#     summary: Delete the key. Nothing depends on it.
#     steps:
#       - Ask whoever made the key whether it waits for a first use.
#       - Delete it, and lease the access when the need comes.
#   since: 0.1.0
package lapse.rules["key-never-used"]

import data.lapse.lib.clock
import data.lapse.lib.evidence
import data.lapse.lib.keys
import data.lapse.lib.settings
import data.lapse.lib.subject

finding contains {
	"id": "key-never-used",
	"subject": key.id,
	"case": subject.level_case,
	"detail": {"credential": keys.label(key.nativeId), "principal": subject.label, "days": days},
	"evidence": [
		evidence.at("created", key.createdAt, key.locations),
		evidence.of_usage("never used", true, key.usage),
	],
} if {
	some key in keys.active
	days := clock.unused_days(key, key.usage, input.now)
	days >= settings.thresholds.key_never_used_days
}
