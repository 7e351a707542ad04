# METADATA
# title: Wildcard grant
# description: >-
#   A grant covers every action of a service, or changes every resource. It reaches things that nobody thought of when
#   it was written, and things that do not exist yet.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html
#     description: AWS on refining permissions by last use
#   - ref: https://kubernetes.io/docs/concepts/security/rbac-good-practices/#least-privilege
#     description: Kubernetes on wildcards in roles
# custom:
#   id: wildcard-grant
#   nhi: NHI5
#   severity: medium
#   confidence: certain
#   platforms: [aws, kubernetes, gcp, azure]
#   needs: [effective.privileges]
#   depends_on: [admin-standing, cluster-admin-service-account, gcp-basic-role-standing, gcp-default-account-granted]
#   controls:
#     cis_kubernetes_2_0_1: ["5.1.3"]
#     nist_800_53_r5: [AC-6, AC-3]
#     soc2_2017: [CC6.3]
#     iso_27001_2022: [A.5.15, A.8.2]
#   message: "{principal} holds {what}{proviso}"
#   remediation:
#     summary: Replace the wildcard by the list of what is used, and lease the rest.
#     steps:
#       - Take the list of actions from the provider's record of use.
#       - Name the resources, or at least their prefix.
#       - Lease what is needed rarely.
#   since: 0.1.0
package lapse.rules["wildcard-grant"]

import data.lapse.lib.answers
import data.lapse.lib.evidence
import data.lapse.lib.subject

finding contains {
	"id": "wildcard-grant",
	"subject": input.principal.id,
	"case": answers.level_case(privilege.answer),
	"detail": {
		"principal": subject.label,
		"proviso": answers.proviso(privilege.answer),
		"what": privilege.what,
		"key": concat(": ", [privilege.id, privilege.what]),
	},
	"evidence": [evidence.at(privilege.id, privilege.what, subject.places(privilege.grants))],
} if {
	subject.acts
	input.principal.kind != "workload"
	some privilege in input.effective.privileges
	privilege.id in {"wildcard-service", "wildcard-resource"}
	answers.shown(privilege.answer)
}
