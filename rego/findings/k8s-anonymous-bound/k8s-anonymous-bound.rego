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
#   needs: [grants]
#   depends_on: []
#   controls: {}
#   message: "{principal} holds grants{by}; anybody who reaches the API server has them"
#   remediation:
#     summary: Delete the binding.
#     steps:
#       - Delete the binding, or bind a group of people or accounts that sign in.
#       - Switch anonymous authentication of the API server off where health checks do not need it.
#   since: 0.1.0
package lapse.rules["k8s-anonymous-bound"]

import data.lapse.lib.evidence
import data.lapse.lib.subject

finding contains {
	"id": "k8s-anonymous-bound",
	"subject": input.principal.id,
	"detail": {"principal": input.principal.name, "by": subject.by(_given)},
	"evidence": [evidence.at("grant", subject.grants_by_id[id].actions, subject.grants_by_id[id].locations) |
		some id in _given
	],
} if {
	input.type == "principal"
	input.principal.platform == "kubernetes"
	input.principal.kind in {"user", "group"}
	input.principal.name in {"system:anonymous", "system:unauthenticated"}
	count(_given) > 0
}

_given := [id | some id, grant in subject.grants_by_id; not _published(grant)]

_published(grant) if {
	some role in data.lapse.public_roles
	concat("", ["role:ClusterRole/", role]) in grant.via
}
