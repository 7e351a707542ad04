# METADATA
# title: Way into production from elsewhere
# description: >-
#   Something outside of production can become an identity of production, or runs as it. What protects production
#   then is only as good as what protects the lesser environment.
# related_resources:
#   - ref: https://owasp.org/www-project-non-human-identities-top-10/2025/8-environment-isolation/
#     description: OWASP on isolating environments
# custom:
#   id: trust-crosses-environments
#   nhi: NHI8
#   severity: high
#   confidence: evidence
#   platforms: [aws, gcp, azure, kubernetes, github]
#   needs: [principal.environment, environments, trusts_in]
#   depends_on: []
#   controls:
#     nist_800_53_r5: [AC-4, CM-2, AC-6]
#     soc2_2017: [CC6.1, CC8.1]
#     iso_27001_2022: [A.8.31, A.5.15]
#     gdpr: [Art. 32(1)(b)]
#   message: "{principal} of production is open to {others}"
#   remediation:
#     summary: Break the trust. What must cross leases a time-boxed identity, with an approval.
#     steps:
#       - Give the other environment an identity of its own, with its own data.
#       - Where something must reach production, make that a target of lapse with an escalate rule.
#       - Remove the trust, and look in the log for who used it.
#   since: 0.1.0
package lapse.rules["trust-crosses-environments"]

import data.lapse.lib.environments
import data.lapse.lib.evidence
import data.lapse.lib.subject
import data.lapse.lib.trusts

finding contains {
	"id": "trust-crosses-environments",
	"subject": input.principal.id,
	"detail": {
		"principal": subject.label,
		"others": sort({text |
			some trust in _crossing
			text := concat("", [
				trusts.role_name(trust.subject.id),
				" of ",
				environments.canonical(input.environments[trust.subject.id]),
			])
		}),
	},
	"evidence": [evidence.at("trusts", trust.subject.id, trust.locations) | some trust in _crossing],
} if {
	input.type == "principal"
	count(input.environments) > 0
	environments.canonical(input.principal.environment) == "production"
	count(_crossing) > 0
}

_crossing := [trust |
	some trust in trusts.becoming
	environments.canonical(input.environments[trust.subject.id]) != "production"
]
