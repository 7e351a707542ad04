# METADATA
# title: May steer a deployment controller
# description: >-
#   A principal may write what a controller such as Flux or Argo CD deploys from. The controller does it with its own
#   rights, which are mostly those of an administrator, whatever the principal may do itself.
# related_resources:
#   - ref: https://fluxcd.io/flux/security/
#     description: Flux on its security model
#   - ref: https://argo-cd.readthedocs.io/en/stable/operator-manual/security/
#     description: Argo CD on its security model
# custom:
#   id: k8s-gitops-write
#   nhi: NHI5
#   severity: medium
#   confidence: evidence
#   platforms: [kubernetes]
#   needs: [effective.privileges]
#   depends_on: [admin-standing, cluster-admin-service-account]
#   controls:
#     nist_800_53_r5: [AC-6, CM-5]
#     soc2_2017: [CC6.3, CC8.1]
#     iso_27001_2022: [A.8.2, A.8.32]
#   message: "{principal} can {what}{proviso}"
#   remediation:
#     summary: Let changes come by the repository that the controller watches.
#     steps:
#       - Take the right away; merge to the repository with review instead.
#       - Give the controller an account for each tenant, and let it impersonate that.
#       - Make the right a target of lapse with an escalate rule, so that it is bound for an hour and with an approval.
#   since: 0.1.0
package lapse.rules["k8s-gitops-write"]

import data.lapse.lib.answers
import data.lapse.lib.cluster
import data.lapse.lib.evidence
import data.lapse.lib.subject

finding contains {
	"id": "k8s-gitops-write",
	"subject": input.principal.id,
	"case": answers.level_case(risk.answer),
	"detail": {"principal": subject.label, "proviso": answers.proviso(risk.answer), "what": risk.what},
	"evidence": [evidence.at("steers a controller", risk.what, subject.places(risk.grants))],
} if {
	risk := cluster.risk({"gitops-write"})
}
