# METADATA
# title: Grants to everybody who signs in
# description: >-
#   Something is granted to `system:authenticated` or to `system:serviceaccounts`, that is to every user or every pod
#   of the cluster, those that come later included. The roles for discovery that a cluster binds by itself are left
#   out.
# related_resources:
#   - ref: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#discovery-roles
#     description: Kubernetes on discovery roles
#   - ref: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#service-account-permissions
#     description: Kubernetes on permissions of service accounts
# custom:
#   id: k8s-everyone-bound
#   nhi: NHI9
#   severity: high
#   confidence: certain
#   platforms: [kubernetes]
#   needs: [effective.privileges]
#   depends_on: []
#   controls:
#     nist_800_53_r5: [AC-3, AC-6]
#     soc2_2017: [CC6.1, CC6.3]
#     iso_27001_2022: [A.5.15, A.8.3]
#   message: "everybody in {principal} has {roles}"
#   remediation:
#     summary: Bind the role to those who use it.
#     steps:
#       - Find who uses the role in the audit log.
#       - Bind it to these accounts or groups, and delete the binding of everybody.
#       - Lease it to whoever needs it now and then.
#   since: 0.1.0
package lapse.rules["k8s-everyone-bound"]

import data.lapse.lib.evidence
import data.lapse.lib.subject

finding contains {
	"id": "k8s-everyone-bound",
	"subject": input.principal.id,
	"detail": {"principal": input.principal.name, "roles": privilege.what, "key": privilege.what},
	"evidence": [evidence.at("bound to everybody", privilege.what, subject.places(privilege.grants))],
} if {
	input.type == "principal"
	input.principal.platform == "kubernetes"
	input.principal.kind == "group"
	some privilege in input.effective.privileges
	privilege.id == "k8s-risky-authenticated-bound"
	privilege.answer == "yes"
}
