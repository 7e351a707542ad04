# METADATA
# title: Binding to a principal that was deleted
# description: >-
#   A policy still names a principal that was deleted. It gives nobody anything now; but an account that is undeleted
#   within a month has it back at once, and whoever reads the policy takes it for access that somebody has.
# related_resources:
#   - ref: https://cloud.google.com/iam/docs/overview#deleted-principals
#     description: Google on policies with deleted principals
# custom:
#   id: gcp-binding-to-deleted
#   nhi: NHI1
#   severity: low
#   confidence: certain
#   platforms: [gcp]
#   needs: [principal.attributes.deleted, grants]
#   depends_on: []
#   controls:
#     nist_800_53_r5: [AC-2(3), AC-3(8)]
#     soc2_2017: [CC6.2, CC6.3]
#     iso_27001_2022: [A.5.18]
#   message: "{principal} was deleted, and is still bound to {roles}"
#   remediation:
#     summary: Remove the binding.
#     steps:
#       - Take the member out of the policy, in the code that writes it.
#       - Let the removal of an account remove its bindings, too.
#   since: 0.1.0
package lapse.rules["gcp-binding-to-deleted"]

import data.lapse.lib.evidence

finding contains {
	"id": "gcp-binding-to-deleted",
	"subject": input.principal.id,
	"detail": {"principal": input.principal.name, "roles": sort(_roles)},
	"evidence": [evidence.at("bound to", grant.actions, grant.locations) | some grant in input.grants],
} if {
	input.type == "principal"
	input.principal.platform == "gcp"
	input.principal.attributes.deleted == true
	count(_roles) > 0
}

_roles := {substring(action, 5, -1) |
	some grant in input.grants
	some action in grant.actions
	startswith(action, "role:")
}
