# METADATA
# title: Role for a private account
# description: >-
#   A role is granted to an address of a provider of private mail. Nobody in the organization can lock it, ask it for
#   a second factor, or take it back when its owner leaves.
# related_resources:
#   - ref: https://cloud.google.com/resource-manager/docs/organization-policy/restricting-domains
#     description: Google on restricting domains
# custom:
#   id: gcp-personal-account-granted
#   nhi: NHI1
#   severity: medium
#   confidence: certain
#   platforms: [gcp]
#   needs: [grants]
#   depends_on: []
#   controls:
#     cis_gcp_5_0: ["1.2"]
#     nist_800_53_r5: [AC-2, PS-4]
#     soc2_2017: [CC6.2, CC6.3]
#     iso_27001_2022: [A.5.16, A.6.5]
#   message: "the private account {principal} holds {roles}"
#   remediation:
#     summary: Grant the role to the work account of the same person, or lease it.
#     steps:
#       - Ask whose account it is, and what for.
#       - Grant what is needed to a work account or a group.
#       - Remove the binding, and restrict domains by organization policy.
#   since: 0.1.0
package lapse.rules["gcp-personal-account-granted"]

import data.lapse.lib.evidence
import data.lapse.lib.subject

finding contains {
	"id": "gcp-personal-account-granted",
	"subject": input.principal.id,
	"case": subject.level_case,
	"detail": {"principal": input.principal.name, "roles": sort(_roles)},
	"evidence": [evidence.at("roles", grant.actions, grant.locations) | some grant in _allows],
} if {
	input.type == "principal"
	input.principal.platform == "gcp"
	input.principal.kind in {"group", "user"}
	[_, domain] := split(input.principal.nativeId, "@")
	domain in object.keys(data.lapse.private_mail_domains)
	count(_roles) > 0
}

_allows := [grant |
	some grant in input.grants
	grant.principal == input.principal.id
	grant.effect == "allow"
]

_roles := {substring(action, 5, -1) |
	some grant in _allows
	some action in grant.actions
	startswith(action, "role:")
}
