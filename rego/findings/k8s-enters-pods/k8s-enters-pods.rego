# METADATA
# title: May enter running pods
# description: >-
#   A principal may open a session in pods, attach to them, add containers to them or change their image, where an
#   account that leads to administration runs or in the whole cluster. Whoever is in a pod has its token, its secrets
#   and its network.
# related_resources:
#   - ref: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#privilege-escalation-prevention-and-bootstrapping
#     description: Kubernetes on rights over pods
#   - ref: https://kubernetes.io/docs/tasks/debug/debug-application/debug-running-pod/
#     description: Kubernetes on sessions in running pods
# custom:
#   id: k8s-enters-pods
#   nhi: NHI5
#   severity: high
#   confidence: evidence
#   platforms: [kubernetes]
#   needs: [effective.privileges]
#   depends_on: [admin-standing, cluster-admin-service-account]
#   controls:
#     nist_800_53_r5: [AC-6, AC-17]
#     soc2_2017: [CC6.1, CC6.3]
#     iso_27001_2022: [A.8.2, A.8.18]
#   message: "{principal} can {what}{proviso}"
#   remediation:
#     summary: Take standing sessions away; lease one with a reason when somebody debugs.
#     steps:
#       - "Remove `pods/exec`, `pods/attach` and `pods/ephemeralcontainers` from roles that are bound all the time."
#       - Make the right a target of lapse with an escalate rule, so that it is bound for an hour and with an approval.
#       - Where a controller changes pods, bind it in its own namespace.
#   since: 0.1.0
package lapse.rules["k8s-enters-pods"]

import data.lapse.lib.answers
import data.lapse.lib.cluster
import data.lapse.lib.evidence
import data.lapse.lib.subject

finding contains {
	"id": "k8s-enters-pods",
	"subject": input.principal.id,
	"case": answers.level_case(risk.answer),
	"detail": {"principal": subject.label, "proviso": answers.proviso(risk.answer), "what": risk.what},
	"evidence": [evidence.at("enters pods", risk.what, subject.places(risk.grants))],
} if {
	risk := cluster.risk({"pods-exec", "pods-attach", "pods-ephemeral-containers", "modify-pods"})
}
