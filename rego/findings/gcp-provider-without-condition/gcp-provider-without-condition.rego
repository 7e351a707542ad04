# METADATA
# title: Provider that admits everybody of a shared issuer
# description: >-
#   A workload identity provider takes the tokens of an issuer that serves many organizations, and has no condition on
#   who is meant. Every job of every customer of that issuer gets an identity in the pool; only the bindings stand in
#   between, and each one that is too wide is open to all of them.
# related_resources:
#   - ref: https://cloud.google.com/iam/docs/best-practices-for-using-workload-identity-federation
#     description: Google on workload identity federation
#   - ref: https://cloud.google.com/iam/docs/workload-identity-federation-with-deployment-pipelines
#     description: Google on federation with deployment pipelines
# custom:
#   id: gcp-provider-without-condition
#   nhi: NHI6
#   severity: high
#   confidence: certain
#   platforms: [gcp]
#   needs: [principal.attributes.issuer]
#   depends_on: []
#   controls:
#     nist_800_53_r5: [AC-3, IA-5(9), IA-9]
#     soc2_2017: [CC6.1, CC6.6]
#     iso_27001_2022: [A.5.23, A.8.5]
#   message: "{principal} admits every token of {issuer}"
#   remediation:
#     summary: Add an attribute condition on the owner, by its id.
#     steps:
#       - "Set `attribute_condition`, for GitHub `assertion.repository_owner_id == 'ID'`, for GitLab on `namespace_id`."
#       - Bind single repositories, not the whole pool.
#       - Use a provider for each host and environment.
#   since: 0.1.0
package lapse.rules["gcp-provider-without-condition"]

import data.lapse.lib.evidence

finding contains {
	"id": "gcp-provider-without-condition",
	"subject": input.principal.id,
	"detail": {"principal": input.principal.name, "issuer": _issuer},
	"evidence": [evidence.at("attribute condition", _condition, input.principal.locations)],
} if {
	input.type == "principal"
	input.principal.platform == "gcp"
	input.principal.kind == "workload-identity-provider"
	not input.principal.enabled == false
	_issuer in object.keys(data.lapse.shared_issuers)
	trim_space(_condition) in {"", "true"}
}

# One with a path behind the host is of one organization.
_issuer := trim_right(trim_prefix(lower(input.principal.attributes.issuer), "https://"), "/")

_condition := object.get(input.principal.attributes, "attribute_condition", "")
