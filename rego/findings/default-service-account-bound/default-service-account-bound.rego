# METADATA
# title: Default service account has grants
# description: >-
#   Grants are bound to the `default` service account of a namespace. Every pod there that names no account of its own
#   gets them, including pods that come later.
# related_resources:
#   - ref: https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/
#     description: Kubernetes on service accounts of pods
# custom:
#   id: default-service-account-bound
#   nhi: NHI9
#   severity: medium
#   confidence: certain
#   platforms: [kubernetes]
#   needs: [trusts_out]
#   depends_on: [cluster-admin-service-account]
#   controls:
#     nist_800_53_r5: [AC-6, IA-4]
#     soc2_2017: [CC6.3]
#     iso_27001_2022: [A.5.16, A.5.18]
#   message: "the default service account {principal} is bound to {role} by {bindings}"
#   remediation:
#     summary: Give the workload an account of its own, and bind the role to that.
#     steps:
#       - Make a service account for each workload that talks to the API.
#       - Move the binding, and switch `automountServiceAccountToken` off for the default account.
#   since: 0.1.0
package lapse.rules["default-service-account-bound"]

import data.lapse.lib.evidence
import data.lapse.lib.subject
import data.lapse.lib.trusts

finding contains {
	"id": "default-service-account-bound",
	"subject": input.principal.id,
	"detail": {
		"principal": subject.label,
		"role": trusts.role_name(role),
		"bindings": trusts.binding_names(bindings),
		"key": role,
	},
	"evidence": [evidence.at("bound to", role, binding.locations) | some binding in bindings],
} if {
	subject.kubernetes_service_account
	input.principal.name == "default"
	some role, bindings in trusts.bindings_by_role
}
