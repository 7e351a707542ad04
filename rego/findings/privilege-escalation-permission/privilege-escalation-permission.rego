# METADATA
# title: Can widen its own rights
# description: >-
#   A principal may change what it is allowed to do - attach a policy to itself, write a new version of its policy,
#   grant itself a role. Whatever its grants say today is not a limit.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
#     description: AWS on permissions boundaries, which limit delegated administration
#   - ref: https://kubernetes.io/docs/reference/access-authn-authz/rbac/
#     description: Kubernetes on the verbs bind and escalate
# custom:
#   id: privilege-escalation-permission
#   nhi: NHI5
#   severity: high
#   confidence: evidence
#   platforms: [aws, kubernetes, gcp, azure, postgres]
#   needs: [effective.escalations]
#   depends_on:
#     - admin-standing
#     - cluster-admin-service-account
#     - azure-graph-permission-dangerous
#     - azure-role-assigner-standing
#     - k8s-binds-roles
#   controls:
#     nist_800_53_r5: [AC-6, AC-6(1), AC-5]
#     soc2_2017: [CC6.3]
#     iso_27001_2022: [A.5.3, A.8.2]
#   message: "{principal} can widen its own rights{proviso} by {ways}"
#   remediation:
#     summary: Keep the right to change rights with a leased, approved administrator role.
#     steps:
#       - Remove the permission, or narrow it to policies and roles that the principal does not have itself.
#       - On AWS, set a permissions boundary that the principal cannot change.
#   since: 0.1.0
package lapse.rules["privilege-escalation-permission"]

import data.lapse.lib.answers
import data.lapse.lib.evidence
import data.lapse.lib.subject

finding contains {
	"id": "privilege-escalation-permission",
	"subject": input.principal.id,
	"case": answers.level_case(_answer),
	"detail": {
		"principal": subject.label,
		"proviso": answers.proviso(_answer),
		"ways": sort({way.id | some way in _ways}),
	},
	"evidence": [evidence.at(way.id, way.uses, subject.places(way.evidence)) | some way in _ways],
} if {
	subject.acts
	not input.effective.admin == "yes"
	count(_ways) > 0
}

_ways := [way |
	some way in input.effective.escalations
	way.target == input.principal.id
	answers.shown(way.answer)
]

_answer := answers.firmest({way.answer | some way in _ways})
