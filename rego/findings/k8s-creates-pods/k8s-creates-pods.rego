# METADATA
# title: May run pods beside privileged accounts
# description: >-
#   A principal may create pods, or what makes pods, in a namespace with an account that leads to administration, or
#   in the whole cluster. A pod may name any account of its namespace and gets its token. Operators often need this;
#   then they are as privileged as what they can run.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/security/rbac-good-practices/#workload-creation
#     description: Kubernetes on creating workloads
# custom:
#   id: k8s-creates-pods
#   nhi: NHI5
#   severity: high
#   confidence: evidence
#   platforms: [kubernetes]
#   needs: [effective.privileges]
#   depends_on: [admin-standing, cluster-admin-service-account]
#   controls:
#     cis_kubernetes_2_0_1: ["5.1.4"]
#     nist_800_53_r5: [AC-6, CM-5]
#     soc2_2017: [CC6.3, CC8.1]
#     iso_27001_2022: [A.8.2, A.8.32]
#   message: "{principal} can {what}, and so run as any account there{proviso}"
#   remediation:
#     summary: Bind the right in the namespaces it is for, and keep privileged accounts out of these.
#     steps:
#       - Turn the ClusterRoleBinding into RoleBindings in the namespaces where workloads are made.
#       - Move privileged accounts to a namespace in which nobody else creates pods.
#       - Lease deployments to the pipeline instead of a standing right.
#   since: 0.1.0
package lapse.rules["k8s-creates-pods"]

import data.lapse.lib.answers
import data.lapse.lib.cluster
import data.lapse.lib.evidence
import data.lapse.lib.subject

finding contains {
	"id": "k8s-creates-pods",
	"subject": input.principal.id,
	"case": answers.level_case(risk.answer),
	"detail": {"principal": subject.label, "proviso": answers.proviso(risk.answer), "what": risk.what},
	"evidence": [evidence.at("creates pods", risk.what, subject.places(risk.grants))],
} if {
	risk := cluster.risk({"assign-sa"})
}
