# METADATA
# title: Access from outside, by the provider
# description: >-
#   The provider's own analysis says that somebody outside of the account or organization can reach a principal, and
#   nobody has archived that as intended.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-findings.html
#     description: AWS on findings of IAM Access Analyzer
# custom:
#   id: external-access-reported
#   nhi: NHI3
#   severity: medium
#   confidence: evidence
#   platforms: [aws]
#   needs: [principal.observations]
#   depends_on: [third-party-trust-without-external-id, third-party-trust-privileged, trust-any-principal]
#   controls:
#     cis_aws_7_0: ["2.18"]
#     nist_800_53_r5: [AC-6(6), AC-20]
#     soc2_2017: [CC6.6, CC9.2]
#     iso_27001_2022: [A.5.19, A.5.23]
#   message: "by {source}, {who} can reach {principal} from outside"
#   remediation:
#     summary: Remove the trust, or archive the finding with its reason; lease access to third parties.
#     steps:
#       - Ask the owner whether the access is meant.
#       - Remove it, or tie it to one customer or one organization.
#       - Where it is meant, archive the finding at the provider.
#   since: 0.1.0
package lapse.rules["external-access-reported"]

import data.lapse.lib.evidence
import data.lapse.lib.subject

finding contains {
	"id": "external-access-reported",
	"subject": input.principal.id,
	"case": _case,
	"detail": {
		"principal": subject.label,
		"who": sort({who | some observation in _open; some who in _who(observation)}),
		"source": _open[0].source,
	},
	"evidence": [evidence.at("external access", observation.detail, [observation.location]) |
		some observation in _open
	],
} if {
	input.type == "principal"
	count(_open) > 0
}

_open := [observation |
	some observation in input.principal.observations
	observation.kind == "ExternalAccess"
	object.get(observation, "status", "ACTIVE") == "ACTIVE"
]

_who(observation) := {text | some text in observation.detail.principal} if {
	count(observation.detail.principal) > 0
} else := {"somebody"}

default _case := "default"

_case := "public" if {
	some observation in _open
	observation.detail.is_public == true
}
