# METADATA
# title: Role for everybody on the internet
# description: >-
#   A role is granted to `allUsers`, or to everybody who has a Google account. It may be meant, for a site or a public
#   API; then it should be said. What only lets the public call a service weighs less.
# related_resources:
#   - ref: https://cloud.google.com/iam/docs/overview#all-users
#     description: Google on allUsers and allAuthenticatedUsers
#   - ref: https://cloud.google.com/resource-manager/docs/organization-policy/restricting-domains
#     description: Google on restricting domains
# custom:
#   id: gcp-public-grant
#   nhi: NHI6
#   severity: high
#   confidence: certain
#   platforms: [gcp]
#   needs: [grants]
#   depends_on: []
#   controls:
#     cis_gcp_5_0: ["1.10", "5.1"]
#     nist_800_53_r5: [AC-3, AC-14]
#     soc2_2017: [CC6.1, CC6.6]
#     iso_27001_2022: [A.5.15, A.8.3]
#     gdpr: [Art. 25(2), Art. 32(1)(b)]
#   message: "{principal} holds {role} on {resources}"
#   remediation:
#     summary: Grant the role to those who use it, or say why it is public.
#     steps:
#       - Find in the access log who uses it without signing in.
#       - Grant the role to these accounts, or put an authenticating proxy in front.
#       - Restrict domains by organization policy, so that it does not come back.
#       - "Allow what is public on purpose in `policy.data.allowed`, with its reason."
#   since: 0.1.0
package lapse.rules["gcp-public-grant"]

import data.lapse.lib.evidence

finding contains {
	"id": "gcp-public-grant",
	"subject": input.principal.id,
	"case": _case(role),
	"detail": {
		"principal": input.principal.name,
		"role": role,
		"resources": sort({resource | some grant in grants; some resource in grant.resources}),
		"key": role,
	},
	"evidence": [evidence.at("role", role, grant.locations) | some grant in grants],
} if {
	input.type == "principal"
	input.principal.platform == "gcp"
	input.principal.kind == "public"
	some role in {role | some grant in input.grants; some role in _roles(grant)}
	grants := [grant | some grant in input.grants; role in _roles(grant)]
}

_roles(grant) := {substring(action, 5, -1) |
	grant.effect == "allow"
	some action in grant.actions
	startswith(action, "role:")
}

_case(role) := "serving" if {
	role in object.keys(data.lapse.serving_roles)
} else := "default"
