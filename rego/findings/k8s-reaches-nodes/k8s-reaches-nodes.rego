# METADATA
# title: May act on nodes
# description: >-
#   A principal may talk to the kubelets through the API server, or make volumes out of a node's own files, or push
#   pods from one node to another. The kubelet's API runs commands in every pod of its node, past admission and audit;
#   one verb on `nodes/proxy` is enough, `get` among them.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/security/rbac-good-practices/#access-to-proxy-subresource-of-nodes
#     description: Kubernetes on nodes/proxy
#   - ref: https://kubernetes.io/docs/concepts/security/rbac-good-practices/#persistent-volume-creation
#     description: Kubernetes on persistent volumes
# custom:
#   id: k8s-reaches-nodes
#   nhi: NHI5
#   severity: high
#   confidence: evidence
#   platforms: [kubernetes]
#   needs: [effective.privileges]
#   depends_on: [admin-standing, cluster-admin-service-account]
#   controls:
#     cis_kubernetes_2_0_1: ["5.1.9", "5.1.10"]
#     nist_800_53_r5: [AC-6, AC-6(10)]
#     soc2_2017: [CC6.3]
#     iso_27001_2022: [A.8.2, A.8.18]
#   message: "{principal} can {what}{proviso}"
#   remediation:
#     summary: Grant the narrower subresource that is meant, and lease the rest.
#     steps:
#       - "For metrics grant `nodes/metrics` and `nodes/stats` in place of `nodes/proxy`."
#       - Leave volumes to a storage class and its provisioner.
#       - Make the right a target of lapse with an escalate rule, so that it is bound for an hour and with an approval.
#   since: 0.1.0
package lapse.rules["k8s-reaches-nodes"]

import data.lapse.lib.answers
import data.lapse.lib.cluster
import data.lapse.lib.evidence
import data.lapse.lib.subject

finding contains {
	"id": "k8s-reaches-nodes",
	"subject": input.principal.id,
	"case": answers.level_case(risk.answer),
	"detail": {"principal": subject.label, "proviso": answers.proviso(risk.answer), "what": risk.what},
	"evidence": [evidence.at("acts on nodes", risk.what, subject.places(risk.grants))],
} if {
	risk := cluster.risk({"nodes-proxy", "create-persistentvolumes", "steal-pods"})
}
