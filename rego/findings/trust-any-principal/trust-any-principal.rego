# METADATA
# title: Trust in anybody
# description: >-
#   The trust policy of a principal names everybody. Without a condition every account of the provider can become it;
#   with one, everything hangs on that condition.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
#     description: AWS on naming principals
# custom:
#   id: trust-any-principal
#   nhi: NHI4
#   severity: critical
#   confidence: certain
#   platforms: [aws]
#   needs: [trusts_in]
#   depends_on: []
#   controls:
#     nist_800_53_r5: [AC-3, AC-14, AC-20]
#     soc2_2017: [CC6.1, CC6.6]
#     iso_27001_2022: [A.5.15, A.8.5]
#     gdpr: [Art. 32(1)(b)]
#   message: "anybody{proviso} can become {principal}"
#   remediation:
#     summary: Name the principals that may become it.
#     steps:
#       - Replace the star by the accounts or roles that use it.
#       - Look in the provider's log for use by others.
#   since: 0.1.0
package lapse.rules["trust-any-principal"]

import data.lapse.lib.evidence
import data.lapse.lib.trusts

finding contains {
	"id": "trust-any-principal",
	"subject": input.principal.id,
	"case": _width.case,
	"detail": {"principal": input.principal.name, "proviso": _width.proviso},
	"evidence": [evidence.at("trusts anybody", object.get(trust, "condition", {}), trust.locations) | some trust in _open],
} if {
	input.type == "principal"
	count(_open) > 0
}

_open := [trust | some trust in trusts.declared_by_target; trust.subject.kind == "anyone"]

_width := {"case": "default", "proviso": ""} if {
	some trust in _open
	trusts.unconditional(trust)
} else := {"case": "conditional", "proviso": " who meets its condition"}
