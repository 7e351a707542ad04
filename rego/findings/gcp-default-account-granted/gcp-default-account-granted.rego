# METADATA
# title: Default account holds roles
# description: >-
#   The account that Google makes with Compute Engine or App Engine holds roles beyond those for logs and metrics.
#   Every machine, function or pod that names no account of its own runs as it, those that come later included.
# related_resources:
#   - ref: https://cloud.google.com/compute/docs/access/service-accounts#default_service_account
#     description: Google on the default account of Compute Engine
#   - ref: https://cloud.google.com/iam/docs/best-practices-service-accounts
#     description: Google on service accounts
# custom:
#   id: gcp-default-account-granted
#   nhi: NHI9
#   severity: medium
#   confidence: certain
#   platforms: [gcp]
#   needs: [grants, principal.attributes.default_account]
#   depends_on: [admin-standing]
#   controls:
#     nist_800_53_r5: [AC-6]
#     soc2_2017: [CC6.3]
#     iso_27001_2022: [A.5.18, A.8.9]
#   message: "the default account {principal} holds {roles}"
#   remediation:
#     summary: Run each workload as an account of its own, and take the roles away.
#     steps:
#       - Make an account for each workload, with the roles that it uses.
#       - "Set the organization policy `iam.automaticIamGrantsForDefaultServiceAccounts`."
#       - Take the roles from the default account; lease what is needed rarely.
#   since: 0.1.0
package lapse.rules["gcp-default-account-granted"]

import data.lapse.lib.evidence

finding contains {
	"id": "gcp-default-account-granted",
	"subject": input.principal.id,
	"case": _case,
	"detail": {"principal": input.principal.name, "roles": sort(_roles)},
	"evidence": [evidence.at("role", role, grant.locations) |
		some grant in input.grants
		some role in _beyond(grant)
	],
} if {
	input.type == "principal"
	input.principal.platform == "gcp"
	input.principal.attributes.default_account
	count(_roles) > 0
}

_roles := {role | some grant in input.grants; some role in _beyond(grant)}

_beyond(grant) := {role |
	grant.effect == "allow"
	some action in grant.actions
	startswith(action, "role:")
	role := substring(action, 5, -1)
	not role in object.keys(data.lapse.node_roles)
}

_case := "basic" if {
	some role in {"roles/editor", "roles/owner"}
	role in _roles
} else := "default"
