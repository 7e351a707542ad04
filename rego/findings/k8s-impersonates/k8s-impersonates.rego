# METADATA
# title: May act as somebody else in a cluster
# description: >-
#   A principal may impersonate users, groups or service accounts. It then has what they have, and the audit log shows
#   the act as theirs unless somebody looks at the impersonator.
# related_resources:
#   - ref: https://kubernetes.io/docs/reference/access-authn-authz/user-impersonation/
#     description: Kubernetes on user impersonation
#   - ref: https://kubernetes.io/docs/concepts/security/rbac-good-practices/#privilege-escalation-risks
#     description: Kubernetes on ways to escalate
# custom:
#   id: k8s-impersonates
#   nhi: NHI5
#   severity: high
#   confidence: evidence
#   platforms: [kubernetes]
#   needs: [effective.privileges]
#   depends_on: [admin-standing, cluster-admin-service-account]
#   controls:
#     cis_kubernetes_2_0_1: ["5.1.8"]
#     nist_800_53_r5: [AC-3, AC-6(1)]
#     soc2_2017: [CC6.1, CC6.3]
#     iso_27001_2022: [A.5.16, A.8.2]
#   message: "{principal} can {what}{proviso}"
#   remediation:
#     summary: Name whom it may impersonate, or take the verb away and lease it.
#     steps:
#       - "Give the rule `resourceNames`: the users, groups or accounts that are meant."
#       - Never let groups be impersonated without a name.
#       - Make the right a target of lapse with an escalate rule, so that it is bound for an hour and with an approval.
#   since: 0.1.0
package lapse.rules["k8s-impersonates"]

import data.lapse.lib.answers
import data.lapse.lib.cluster
import data.lapse.lib.evidence
import data.lapse.lib.subject

finding contains {
	"id": "k8s-impersonates",
	"subject": input.principal.id,
	"case": answers.level_case(risk.answer),
	"detail": {"principal": subject.label, "proviso": answers.proviso(risk.answer), "what": risk.what},
	"evidence": [evidence.at("impersonates", risk.what, subject.places(risk.grants))],
} if {
	risk := cluster.risk({"impersonate"})
}
