# METADATA
# title: Key too old
# description: An active key was created longer ago than the threshold allows.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html
#     description: AWS on access keys and when to do without them
# custom:
#   id: key-too-old
#   nhi: NHI7
#   severity: medium
#   confidence: certain
#   platforms: [aws, gcp, azure, github]
#   needs: [credential.createdAt, credential.status]
#   depends_on: [root-access-key, key-unused, key-never-used]
#   controls:
#     cis_aws_7_0: ["2.12"]
#     nist_800_53_r5: [IA-5, AC-2(1)]
#     soc2_2017: [CC6.1]
#     iso_27001_2022: [A.5.17]
#   message: "key {credential} of {principal} is {days} days old"
#   remediation:
#     summary: Swap the key for a lease of a few minutes rather than rotate it into the next long-lived one.
#     steps:
#       - See with `lapse show` where the key stands, what it opens, and when it was last used.
#       - Let the workload obtain the lease, and watch until the key is no longer used.
#       - Disable the key, wait for the quiet period, delete it.
#   since: 0.1.0
package lapse.rules["key-too-old"]

import data.lapse.lib.clock
import data.lapse.lib.evidence
import data.lapse.lib.keys
import data.lapse.lib.settings
import data.lapse.lib.subject

finding contains {
	"id": "key-too-old",
	"subject": key.id,
	"case": subject.level_case,
	"detail": {"credential": keys.label(key.nativeId), "principal": subject.label, "days": days},
	"evidence": [evidence.at("created", key.createdAt, key.locations)],
} if {
	some key in keys.active
	days := clock.days_between(key.createdAt, input.now)
	days >= settings.thresholds.key_age_days
}
