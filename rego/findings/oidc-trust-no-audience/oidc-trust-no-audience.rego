# METADATA
# title: OIDC trust without audience
# description: >-
#   A trust names whose tokens it takes, and not whom they must be made for. A token that the same workload got for
#   another service is taken as well, so that service can act here.
# related_resources:
#   - ref: https://docs.github.com/en/actions/how-tos/secure-your-work/security-harden-deployments/oidc-in-aws
#     description: GitHub on the conditions of an OIDC trust
# custom:
#   id: oidc-trust-no-audience
#   nhi: NHI6
#   severity: low
#   confidence: certain
#   platforms: [aws, gcp, azure]
#   needs: [effective.federation]
#   depends_on: [oidc-trust-no-subject, oidc-trust-wildcard-owner]
#   controls:
#     nist_800_53_r5: [IA-5(9), IA-9]
#     soc2_2017: [CC6.1]
#     iso_27001_2022: [A.5.17, A.8.5]
#   message: "{principal} takes tokens of {issuers} made for anybody"
#   remediation:
#     summary: Add a condition on the audience.
#     steps:
#       - See which audience the workload asks for.
#       - "Add the condition, `aud` of the issuer, with exactly that."
#   since: 0.1.0
package lapse.rules["oidc-trust-no-audience"]

import data.lapse.lib.evidence
import data.lapse.lib.subject

finding contains {
	"id": "oidc-trust-no-audience",
	"subject": input.principal.id,
	"detail": {"principal": subject.label, "issuers": sort({trust.issuer | some trust in _open})},
	"evidence": [evidence.at("trusted subjects", trust.subjects, _places(trust)) | some trust in _open],
} if {
	input.type == "principal"
	count(_open) > 0
}

_open := [trust |
	some trust in input.effective.federation
	trust.audience == false
	trust.verdict != "dead"
]

_places(federated) := [location |
	some trust in input.trusts_in
	trust.id == federated.trust
	some location in trust.locations
]
