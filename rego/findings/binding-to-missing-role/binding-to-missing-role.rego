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
#   controls: {}
#   message: "{principal} is bound to a role that was not seen: {roles}"
#   remediation:
#     summary: Delete the binding, or scan where its role is made.
#     steps:
#       - Look in the cluster whether the role exists.
#       - Delete the binding if it does not; add its source to the scan if it does.
#   since: 0.1.0
package lapse.rules["binding-to-missing-role"]

import data.lapse.lib.evidence

finding contains {
	"id": "binding-to-missing-role",
	"subject": input.principal.id,
	"detail": {"principal": input.principal.name, "roles": sort({_name(binding.principal) | some binding in _dangling})},
	"evidence": [evidence.at("bound to", binding.principal, binding.locations) | some binding in _dangling],
} if {
	input.type == "principal"
	count(_dangling) > 0
}

# A role without any rules looks the same from here, so what the evaluator missed has to name it.
_dangling := [trust |
	some trust in input.trusts_out
	trust.how == "bound-to"
	not trust.principal in _roles_with_grants
	some unseen in input.effective.unseen
	contains(unseen, _name(trust.principal))
]

_roles_with_grants contains grant.principal if some grant in input.grants

# kubernetes:cluster-role:prod/reader; names have no slash.
_name(role) := parts[count(parts) - 1] if parts := split(role, "/")
