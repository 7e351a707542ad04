# METADATA
# title: Policy on a single user
# description: >-
#   A policy is attached to, or written into, a user by itself. Such grants are found by nobody who looks at groups
#   and roles, and stay when the reason is gone.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html
#     description: AWS on managed and inline policies
# custom:
#   id: policy-attached-to-user
#   nhi: NHI5
#   severity: low
#   confidence: certain
#   platforms: [aws]
#   needs: [grants]
#   depends_on: [admin-standing, can-become-admin, privilege-escalation-permission, wildcard-grant]
#   controls:
#     cis_aws_7_0: ["2.13"]
#     nist_800_53_r5: [AC-2(1), AC-6]
#     soc2_2017: [CC6.3]
#     iso_27001_2022: [A.5.15, A.5.18]
#   message: "{principal} has policies of its own: {policies}"
#   remediation:
#     summary: Put the permissions into a role that is leased, or into a group.
#     steps:
#       - See what of it is used.
#       - Make a role with that, and let the program lease it.
#       - Detach the policies from the user.
#   since: 0.1.0
package lapse.rules["policy-attached-to-user"]

import data.lapse.lib.evidence
import data.lapse.lib.subject

finding contains {
	"id": "policy-attached-to-user",
	"subject": input.principal.id,
	"detail": {"principal": subject.label, "policies": sort({grant.via[0] | some grant in _own})},
	"evidence": [evidence.at("policy", grant.via[0], grant.locations) | some grant in _first],
} if {
	input.type == "principal"
	input.principal.platform == "aws"
	input.principal.kind == "user"
	count(_own) > 0
}

# What comes by a group is a grant of the group; what a template or plan has is not there yet.
_own := [grant |
	some grant in input.grants
	subject.grants_by_id[grant.id]
	grant.principal == input.principal.id
	not grant.via[0] in {"declared", "planned"}
]

# A policy has a grant for each statement; one place is enough.
_first := [grant |
	some index, grant in _own
	not grant.via[0] in {earlier.via[0] | some earlier in array.slice(_own, 0, index)}
]
