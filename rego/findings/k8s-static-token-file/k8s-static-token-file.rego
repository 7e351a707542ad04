# METADATA
# title: API server with a file of static tokens
# description: >-
#   The API server is started with `--token-auth-file`: tokens that stand in clear in a file, never expire, and cannot
#   be changed without a restart.
# related_resources:
#   - ref: https://kubernetes.io/docs/reference/access-authn-authz/authentication/#static-token-file
#     description: Kubernetes on static token files
# custom:
#   id: k8s-static-token-file
#   nhi: NHI7
#   severity: high
#   confidence: certain
#   platforms: [kubernetes]
#   needs: [principal.attributes.static_tokens]
#   depends_on: []
#   controls:
#     cis_kubernetes_2_0_1: ["1.2.2"]
#     nist_800_53_r5: [IA-5, IA-5(7)]
#     soc2_2017: [CC6.1]
#     iso_27001_2022: [A.5.17, A.8.5]
#   message: "the API server of {cluster} takes static tokens from a file"
#   remediation:
#     summary: Sign in by OIDC or by tokens of service accounts, and take the flag away.
#     steps:
#       - Find in the audit log who still signs in with a static token.
#       - Give these an OIDC login, or lease them tokens of a service account.
#       - "Remove `--token-auth-file` and restart the API server."
#   since: 0.1.0
package lapse.rules["k8s-static-token-file"]

import data.lapse.lib.evidence

finding contains {
	"id": "k8s-static-token-file",
	"subject": input.principal.id,
	"detail": {"cluster": input.principal.name},
	"evidence": [evidence.at("--token-auth-file", true, input.principal.locations)],
} if {
	input.type == "principal"
	input.principal.platform == "kubernetes"
	input.principal.kind == "cluster"
	input.principal.attributes.static_tokens == true
}
