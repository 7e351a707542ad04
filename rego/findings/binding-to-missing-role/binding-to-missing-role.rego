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
#   needs: [grants]
#   depends_on: []
#   controls: {}
#   message: "{principal} is bound to a role that was not seen{by}"
#   remediation:
#     summary: Delete the binding, or scan where its role is made.
#     steps:
#       - Look in the cluster whether the role exists.
#       - Delete the binding if it does not; add its source to the scan if it does.
#   since: 0.1.0
package lapse.rules["binding-to-missing-role"]

import data.lapse.lib.evidence
import data.lapse.lib.subject

finding contains {
	"id": "binding-to-missing-role",
	"subject": input.principal.id,
	"detail": {"principal": input.principal.name, "by": subject.by(_unseen)},
	"evidence": [evidence.at("role not seen", subject.grants_by_id[id].via, subject.grants_by_id[id].locations) |
		some id in _unseen
	],
} if {
	input.type == "principal"
	input.principal.platform == "kubernetes"
	input.principal.kind != "workload"
	count(_unseen) > 0
}

_unseen := [id |
	some id, grant in subject.grants_by_id
	grant.unknownContent == true
	grant.principal == input.principal.id
]
