# METADATA
# title: May change what a cluster admits
# description: >-
#   A principal may write admission webhooks, admission policies or the policies of an engine such as Kyverno or
#   Gatekeeper. It can switch the guard rails off, and with a webhook of its own read and change whatever anybody
#   creates, Secrets among it.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/security/rbac-good-practices/#control-admission-webhooks
#     description: Kubernetes on admission webhooks
# custom:
#   id: k8s-controls-admission
#   nhi: NHI5
#   severity: high
#   confidence: evidence
#   platforms: [kubernetes]
#   needs: [effective.privileges]
#   depends_on: [admin-standing, cluster-admin-service-account]
#   controls:
#     cis_kubernetes_2_0_1: ["5.1.12"]
#     nist_800_53_r5: [AC-6(1), CM-5]
#     soc2_2017: [CC6.3, CC8.1]
#     iso_27001_2022: [A.8.2, A.8.9]
#   message: "{principal} can {what}{proviso}"
#   remediation:
#     summary: Leave admission to the pipeline that deploys it, and lease it to people.
#     steps:
#       - "Name the webhook configurations that an operator keeps up, by `resourceNames`."
#       - Take the right from everybody else.
#       - Make the right a target of lapse with an escalate rule, so that it is bound for an hour and with an approval.
#   since: 0.1.0
package lapse.rules["k8s-controls-admission"]

import data.lapse.lib.answers
import data.lapse.lib.cluster
import data.lapse.lib.evidence
import data.lapse.lib.subject

finding contains {
	"id": "k8s-controls-admission",
	"subject": input.principal.id,
	"case": answers.level_case(risk.answer),
	"detail": {"principal": subject.label, "proviso": answers.proviso(risk.answer), "what": risk.what},
	"evidence": [evidence.at("changes admission", risk.what, subject.places(risk.grants))],
} if {
	risk := cluster.risk({"control-webhooks", "write-admission-policies", "policy-engine-admin"})
}
