# METADATA
# title: Key that Google found in the open
# description: >-
#   Google says of a key of a service account that it was found where it should not be, or that it is used by somebody
#   it does not belong to. One that is disabled already is told as such.
# related_resources:
#   - ref: https://cloud.google.com/iam/docs/best-practices-for-managing-service-account-keys
#     description: Google on service account keys
#   - ref: https://cloud.google.com/resource-manager/docs/organization-policy/restricting-service-accounts
#     description: Google on what it does with exposed keys
# custom:
#   id: gcp-key-exposed
#   nhi: NHI2
#   severity: critical
#   confidence: certain
#   platforms: [gcp]
#   needs: [credential.attributes.exposed]
#   depends_on: []
#   controls:
#     nist_800_53_r5: [IA-5(6), SI-4]
#     soc2_2017: [CC6.1, CC7.3, CC7.4]
#     iso_27001_2022: [A.5.17, A.5.26]
#     gdpr: [Art. 32(1)(b)]
#   message: "Google found key {credential} of {principal} in the open: {states}"
#   remediation:
#     summary: Disable the key now, then look at what it was used for.
#     steps:
#       - Disable the key, and delete it when nothing breaks.
#       - Look in the audit log for use from addresses that are not yours.
#       - Let the workload run as the account, or come by workload identity federation, without a key.
#   since: 0.1.0
package lapse.rules["gcp-key-exposed"]

import data.lapse.lib.evidence
import data.lapse.lib.keys
import data.lapse.lib.subject

finding contains {
	"id": "gcp-key-exposed",
	"subject": key.id,
	"case": _case[key.status],
	"detail": {
		"credential": keys.label(key.nativeId),
		"principal": subject.label,
		"states": concat(", ", key.attributes.extended_status),
	},
	"evidence": [evidence.at("extended status", key.attributes.extended_status, key.locations)],
} if {
	input.type == "principal"
	input.principal.platform == "gcp"
	some key in input.credentials
	key.kind == "service-account-key"
	key.attributes.exposed == true
}

_case := {"active": "default", "unknown": "default", "inactive": "dead", "expired": "dead"}
