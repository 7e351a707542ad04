# METADATA
# title: Key kept beside federation
# description: >-
#   A principal can be reached without a key, by a trust in a pipeline, a cluster or another issuer, and still has an
#   active key. The way without a key is only worth something when the other one is gone.
# related_resources:
#   - ref: https://learn.microsoft.com/en-us/entra/workload-id/workload-identity-federation
#     description: Microsoft on workload identity federation
#   - ref: https://cloud.google.com/iam/docs/best-practices-for-managing-service-account-keys#alternatives
#     description: Google on alternatives to keys
# custom:
#   id: federated-identity-keeps-key
#   nhi: NHI7
#   severity: medium
#   confidence: certain
#   platforms: [azure, gcp]
#   needs: [trusts_in, credential.status]
#   depends_on: []
#   controls:
#     cis_gcp_5_0: ["1.5"]
#     nist_800_53_r5: [IA-5, IA-5(9)]
#     soc2_2017: [CC6.1, CC6.2]
#     iso_27001_2022: [A.5.17]
#   message: "{principal} is federated by {by}, and still has the key {credential}"
#   remediation:
#     summary: "Finish the move: delete the key."
#     steps:
#       - See whether the key was used since the trust is there.
#       - Move what still uses it; disable the key for a week.
#       - Delete it, and forbid new ones by policy of the organization.
#   since: 0.1.0
package lapse.rules["federated-identity-keeps-key"]

import data.lapse.lib.evidence
import data.lapse.lib.keys
import data.lapse.lib.subject

finding contains {
	"id": "federated-identity-keeps-key",
	"subject": key.id,
	"case": subject.level_case,
	"detail": {"principal": subject.label, "credential": keys.label(key.nativeId), "by": sort(_ways)},
	"evidence": array.concat(
		[evidence.at("active key", key.kind, key.locations)],
		[evidence.at("trust", trust.how, trust.locations) | some trust in input.trusts_in; _way(trust)],
	),
} if {
	input.type == "principal"
	input.principal.platform in {"azure", "gcp"}
	count(_ways) > 0
	some key in input.credentials
	key.kind in {"app-secret", "service-account-key"}
	key.status == "active"
}

_ways := {way | some trust in input.trusts_in; way := _way(trust)}

_way(trust) := trust.subject.issuer if {
	trust.effect == "allow"
	trust.declaredBy == "target"
	trust.subject.kind == "federated"
}

_way(trust) := trim_prefix(trust.subject.id, "kubernetes:") if {
	trust.effect == "allow"
	trust.how == "annotation"
}
