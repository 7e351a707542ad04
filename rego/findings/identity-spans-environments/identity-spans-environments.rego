# METADATA
# title: One identity for several environments
# description: >-
#   Something of production and something of another environment become, or run as, one and the same identity. It
#   needs the rights of both, so that each has those of the other.
# related_resources:
#   - ref: https://owasp.org/www-project-non-human-identities-top-10/2025/8-environment-isolation/
#     description: OWASP on isolating environments
# custom:
#   id: identity-spans-environments
#   nhi: NHI8
#   severity: high
#   confidence: evidence
#   platforms: [aws, gcp, azure, kubernetes]
#   needs: [environments, trusts_in]
#   depends_on: [trust-crosses-environments]
#   controls:
#     nist_800_53_r5: [AC-4, CM-2, IA-4]
#     soc2_2017: [CC6.1, CC8.1]
#     iso_27001_2022: [A.8.31, A.5.16]
#     gdpr: [Art. 32(1)(b)]
#   message: "{principal} is used by {environments}"
#   remediation:
#     summary: One identity for each environment, with the rights that are needed there.
#     steps:
#       - Make an identity for each environment.
#       - Move what runs outside of production first, and take its rights away from the shared one.
#       - Lease across environments where that is really needed.
#   since: 0.1.0
package lapse.rules["identity-spans-environments"]

import data.lapse.lib.environments
import data.lapse.lib.evidence
import data.lapse.lib.subject
import data.lapse.lib.trusts

finding contains {
	"id": "identity-spans-environments",
	"subject": input.principal.id,
	"detail": {"principal": subject.label, "environments": sort(_environments)},
	"evidence": [evidence.at("used by", trust.subject.id, trust.locations) |
		some trust in trusts.becoming
		input.environments[trust.subject.id]
	],
} if {
	input.type == "principal"
	count(input.environments) > 1
	count(_environments) > 1
	"production" in _environments
}

_environments contains environments.canonical(input.environments[trust.subject.id]) if some trust in trusts.becoming
