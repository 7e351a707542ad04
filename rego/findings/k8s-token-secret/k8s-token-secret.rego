# METADATA
# title: Token secret of a service account
# description: >-
#   A Secret of type service-account-token holds a token that never expires and works from anywhere. Tokens that the API
#   issues on request live for an hour and are bound to a pod.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/configuration/secret/#serviceaccount-token-secrets
#     description: Kubernetes on token secrets
# custom:
#   id: k8s-token-secret
#   nhi: NHI7
#   severity: medium
#   confidence: certain
#   platforms: [kubernetes]
#   needs: [credential.kind]
#   depends_on: []
#   controls:
#     cis_kubernetes_2_0_1: ["5.1.13"]
#     nist_800_53_r5: [IA-5, AC-2(2)]
#     soc2_2017: [CC6.1]
#     iso_27001_2022: [A.5.17]
#   message: "{secret} is a token of {principal} that never expires"
#   remediation:
#     summary: Delete the Secret and let the workload use a projected or requested token.
#     steps:
#       - Find who reads the Secret; outside of the cluster, let them lease a token.
#       - Use a projected service account token in pods.
#       - Delete the Secret, which revokes the token.
#   since: 0.1.0
package lapse.rules["k8s-token-secret"]

import data.lapse.lib.evidence
import data.lapse.lib.subject

finding contains {
	"id": "k8s-token-secret",
	"subject": credential.id,
	"case": subject.level_case,
	"detail": {"secret": credential.nativeId, "principal": subject.label},
	"evidence": [evidence.at("token secret", credential.nativeId, credential.locations)],
} if {
	input.type == "principal"
	some credential in input.credentials
	credential.platform == "kubernetes"
	credential.kind == "token-secret"
	not credential.status in {"inactive", "expired"}
}
