# METADATA
# title: Service account is cluster admin
# description: >-
#   A service account may do everything in the cluster. Every pod that runs as it, and everybody who can start such a
#   pod, is an administrator of the cluster.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/security/rbac-good-practices/
#     description: Kubernetes on good practices for RBAC
# custom:
#   id: cluster-admin-service-account
#   nhi: NHI5
#   severity: critical
#   confidence: certain
#   platforms: [kubernetes]
#   needs: [effective.admin]
#   depends_on: []
#   controls:
#     cis_kubernetes_2_0_1: ["5.1.1"]
#     nist_800_53_r5: [AC-2(7), AC-6, AC-6(5)]
#     soc2_2017: [CC6.1, CC6.3]
#     iso_27001_2022: [A.8.2, A.5.18]
#     gdpr: [Art. 32(1)(b)]
#   message: "service account {principal} is cluster admin{by}{proviso}"
#   remediation:
#     summary: Bind a role with the permissions that are used, in the namespaces where they are used.
#     steps:
#       - Replace the cluster-admin binding by a role that lists verbs and resources, bound in its namespace.
#       - Lease a time-boxed cluster-admin binding for the rare case that needs one, with an approval.
#   since: 0.1.0
package lapse.rules["cluster-admin-service-account"]

import data.lapse.lib.answers
import data.lapse.lib.evidence
import data.lapse.lib.subject

finding contains {
	"id": "cluster-admin-service-account",
	"subject": input.principal.id,
	"case": answers.level_case(input.effective.admin),
	"detail": {
		"principal": subject.label,
		"proviso": answers.proviso(input.effective.admin),
		"by": subject.by(subject.granting("admin")),
	},
	"evidence": [evidence.at("cluster admin", input.effective.admin, subject.places(subject.granting("admin")))],
} if {
	subject.kubernetes_service_account
	answers.shown(input.effective.admin)
}
