# METADATA
# title: May make tokens of other accounts
# description: >-
#   A principal may ask for tokens of service accounts, or write Secrets that the cluster fills with one, where
#   accounts with more rights live. The token works until it expires, the one in a Secret for good, and neither shows
#   who asked for it.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/security/rbac-good-practices/#token-request
#     description: Kubernetes on token requests
#   - ref: https://kubernetes.io/docs/concepts/security/rbac-good-practices/#privilege-escalation-risks
#     description: Kubernetes on ways to escalate
# custom:
#   id: k8s-mints-tokens
#   nhi: NHI5
#   severity: high
#   confidence: evidence
#   platforms: [kubernetes]
#   needs: [effective.privileges]
#   depends_on: [admin-standing, cluster-admin-service-account]
#   controls:
#     cis_kubernetes_2_0_1: ["5.1.13"]
#     nist_800_53_r5: [AC-6, IA-5]
#     soc2_2017: [CC6.1, CC6.3]
#     iso_27001_2022: [A.5.17, A.8.2]
#   message: "{principal} can {what}, and so have tokens of other accounts{proviso}"
#   remediation:
#     summary: Name the accounts whose tokens it may ask for.
#     steps:
#       - "Give `create` on `serviceaccounts/token` the `resourceNames` of those accounts, in their namespace."
#       - Let the role write named Secrets only, in its own namespace.
#       - Lease a token of the account to whoever needs one now and then.
#   since: 0.1.0
package lapse.rules["k8s-mints-tokens"]

import data.lapse.lib.answers
import data.lapse.lib.cluster
import data.lapse.lib.evidence
import data.lapse.lib.subject

finding contains {
	"id": "k8s-mints-tokens",
	"subject": input.principal.id,
	"case": answers.level_case(risk.answer),
	"detail": {"principal": subject.label, "proviso": answers.proviso(risk.answer), "what": risk.what},
	"evidence": [evidence.at("makes tokens", risk.what, subject.places(risk.grants))],
} if {
	risk := cluster.risk({"token-request", "issue-token-secrets"})
}
