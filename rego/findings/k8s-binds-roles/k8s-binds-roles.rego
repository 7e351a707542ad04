# METADATA
# title: May hand out rights in a cluster
# description: >-
#   A principal may bind roles that it does not hold, or write roles with more in them than it has. Kubernetes refuses
#   both to everybody else, so what its own roles say is no limit. Writing bindings without the verb `bind` is no such
#   right.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/security/rbac-good-practices/#privilege-escalation-risks
#     description: Kubernetes on ways to escalate
#   - ref: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#privilege-escalation-prevention-and-bootstrapping
#     description: Kubernetes on the verbs bind and escalate
# custom:
#   id: k8s-binds-roles
#   nhi: NHI5
#   severity: high
#   confidence: evidence
#   platforms: [kubernetes]
#   needs: [effective.privileges]
#   depends_on: [admin-standing, cluster-admin-service-account]
#   controls:
#     cis_kubernetes_2_0_1: ["5.1.8"]
#     nist_800_53_r5: [AC-6, AC-6(1)]
#     soc2_2017: [CC6.3]
#     iso_27001_2022: [A.5.18, A.8.2]
#   message: "{principal} can {what}, and so hand out any right{proviso}"
#   remediation:
#     summary: "Take `bind` and `escalate` away, or name the roles that may be bound; lease the rest."
#     steps:
#       - "Give the rule with `bind` the `resourceNames` of the roles that are really handed out."
#       - Move the binding to the namespace it is for.
#       - Make the right a target of lapse with an escalate rule, so that it is bound for an hour and with an approval.
#   since: 0.1.0
package lapse.rules["k8s-binds-roles"]

import data.lapse.lib.answers
import data.lapse.lib.cluster
import data.lapse.lib.evidence
import data.lapse.lib.subject

finding contains {
	"id": "k8s-binds-roles",
	"subject": input.principal.id,
	"case": answers.level_case(risk.answer),
	"detail": {"principal": subject.label, "proviso": answers.proviso(risk.answer), "what": risk.what},
	"evidence": [evidence.at("hands out rights", risk.what, subject.places(risk.grants))],
} if {
	risk := cluster.risk({"bind-roles", "escalate-roles", "aggregate-label-write", "patch-rolebinding"})
}
