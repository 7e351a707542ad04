# METADATA
# title: Binding to a role that was not seen
# description: >-
#   A binding names a role that is in none of the files that were read. If it is really absent, the binding gives
#   nothing today, and whatever somebody puts into a role of that name tomorrow.
# related_resources:
#   - ref: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#rolebinding-and-clusterrolebinding
#     description: Kubernetes on bindings
# custom:
#   id: binding-to-missing-role
#   nhi: NHI1
#   severity: low
#   confidence: heuristic
#   platforms: [kubernetes]
#   needs: [trusts_out, effective.unseen]
#   depends_on: []
#   controls:
#     nist_800_53_r5: [AC-2, AC-6(7)]
#     soc2_2017: [CC6.2]
#     iso_27001_2022: [A.5.18]
#   message: "{principal} is bound to {role}, which was not seen, by {bindings}"
#   remediation:
#     summary: Delete the binding, or scan where its role is made.
#     steps:
#       - Look in the cluster whether the role exists.
#       - Delete the binding if it does not; add its source to the scan if it does.
#   since: 0.1.0
package lapse.rules["binding-to-missing-role"]

import data.lapse.lib.evidence
import data.lapse.lib.subject
import data.lapse.lib.trusts

finding contains {
	"id": "binding-to-missing-role",
	"subject": input.principal.id,
	"detail": {
		"principal": subject.label,
		"role": trusts.role_name(role),
		"bindings": trusts.binding_names(bindings),
		"key": role,
	},
	"evidence": [evidence.at("bound to", role, binding.locations) | some binding in bindings],
} if {
	some role, bindings in trusts.bindings_by_role
	not role in _roles_with_grants

	# A role without any rules looks the same from here, so what the evaluator missed has to name it.
	some unseen in input.effective.unseen
	contains(unseen, role)
}

_roles_with_grants contains grant.principal if some grant in input.grants
