# METADATA
# title: Grants to anonymous callers
# description: >-
#   Something is granted to `system:anonymous` or `system:unauthenticated`, that is to everybody who can reach the API
#   server. The roles that a cluster publishes by itself for discovery are left out.
# related_resources:
#   - ref: https://kubernetes.io/docs/reference/access-authn-authz/authentication/#anonymous-requests
#     description: Kubernetes on anonymous requests
# custom:
#   id: k8s-anonymous-bound
#   nhi: NHI4
#   severity: critical
#   confidence: certain
#   platforms: [kubernetes]
#   needs: [trusts_out]
#   depends_on: []
#   controls:
#     nist_800_53_r5: [AC-14, AC-3, IA-9]
#     soc2_2017: [CC6.1, CC6.6]
#     iso_27001_2022: [A.5.15, A.8.5]
#     gdpr: [Art. 32(1)(b)]
#   message: "{principal} is bound to {role} by {bindings}; anybody who reaches the API server has the role"
#   remediation:
#     summary: Delete the binding.
#     steps:
#       - Delete the binding, or bind a group of people or accounts that sign in.
#       - Switch anonymous authentication of the API server off where health checks do not need it.
#   since: 0.1.0
package lapse.rules["k8s-anonymous-bound"]

import data.lapse.lib.evidence
import data.lapse.lib.trusts

finding contains {
	"id": "k8s-anonymous-bound",
	"subject": input.principal.id,
	"detail": {
		"principal": input.principal.name,
		"role": trusts.role_name(role),
		"bindings": trusts.binding_names(bindings),
		"key": role,
	},
	"evidence": [evidence.at("bound to", role, binding.locations) | some binding in bindings],
} if {
	input.principal.platform == "kubernetes"
	input.principal.kind in {"user", "group"}
	input.principal.name in {"system:anonymous", "system:unauthenticated"}
	some role, bindings in trusts.bindings_by_role
	not _publishes(role)
}

_publishes(role) if {
	startswith(role, "kubernetes:cluster-role:")
	trusts.role_name(role) in object.keys(data.lapse.public_roles)
}
