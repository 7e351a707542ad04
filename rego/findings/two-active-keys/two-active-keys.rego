# METADATA
# title: Two active keys
# description: A principal has more than one active access key. One of them is usually a rotation that nobody finished.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/id-credentials-access-keys-update.html
#     description: AWS on updating access keys
# custom:
#   id: two-active-keys
#   nhi: NHI7
#   severity: medium
#   confidence: certain
#   platforms: [aws]
#   needs: [credential.status]
#   depends_on: []
#   controls:
#     nist_800_53_r5: [IA-5]
#     soc2_2017: [CC6.1]
#     iso_27001_2022: [A.5.17]
#   message: "{principal} has {count} active access keys"
#   remediation:
#     summary: Finish the rotation, and make it the last one by swapping the remaining key for a lease.
#     steps:
#       - Find by the dates of last use which key nobody uses any more.
#       - Disable that key, wait, delete it.
#       - Retire the other one with `lapse swap`.
#   since: 0.1.0
package lapse.rules["two-active-keys"]

import data.lapse.lib.evidence
import data.lapse.lib.keys

finding contains {
	"id": "two-active-keys",
	"subject": input.principal.id,
	"detail": {"principal": input.principal.name, "count": count(_keys)},
	"evidence": [evidence.at("active key", keys.label(key.nativeId), key.locations) | some key in _keys],
} if {
	count(_keys) > 1
}

# The credential report knows keys by number, listings by id: the same two keys must not be counted as four.
_keys := _listed if {
	count(_listed) > 0
} else := _reported

_listed := [key | some key in _access_keys; not contains(key.nativeId, "#")]

_reported := [key | some key in _access_keys; contains(key.nativeId, "#")]

_access_keys := [key | some key in keys.active; key.kind == "access-key"]
