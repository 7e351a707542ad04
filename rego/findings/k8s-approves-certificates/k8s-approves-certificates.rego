# METADATA
# title: May approve client certificates
# description: >-
#   A principal may approve certificate requests and sign for a signer of the API server. It can have a certificate
#   for any name, which signs in until it expires and cannot be revoked.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/security/rbac-good-practices/#csrs-and-certificate-issuing
#     description: Kubernetes on issuing certificates
# custom:
#   id: k8s-approves-certificates
#   nhi: NHI5
#   severity: high
#   confidence: evidence
#   platforms: [kubernetes]
#   needs: [effective.privileges]
#   depends_on: [admin-standing, cluster-admin-service-account]
#   controls:
#     cis_kubernetes_2_0_1: ["5.1.11"]
#     nist_800_53_r5: [AC-6, IA-5(2)]
#     soc2_2017: [CC6.1, CC6.3]
#     iso_27001_2022: [A.5.17, A.8.2]
#   message: "{principal} can {what}, and so sign in as anybody{proviso}"
#   remediation:
#     summary: Leave approval to the controller, or name the signer; lease it to people.
#     steps:
#       - "Name the signer in `resourceNames`: one that does not sign for the API server."
#       - "Remove `certificatesigningrequests/approval` from roles of people."
#       - Make the right a target of lapse with an escalate rule, so that it is bound for an hour and with an approval.
#   since: 0.1.0
package lapse.rules["k8s-approves-certificates"]

import data.lapse.lib.answers
import data.lapse.lib.cluster
import data.lapse.lib.evidence
import data.lapse.lib.subject

finding contains {
	"id": "k8s-approves-certificates",
	"subject": input.principal.id,
	"case": answers.level_case(risk.answer),
	"detail": {"principal": subject.label, "proviso": answers.proviso(risk.answer), "what": risk.what},
	"evidence": [evidence.at("approves certificates", risk.what, subject.places(risk.grants))],
} if {
	risk := cluster.risk({"approve-csrs"})
}
