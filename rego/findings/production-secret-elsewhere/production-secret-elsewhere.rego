# METADATA
# title: Secret of production elsewhere
# description: >-
#   A secret belongs to an identity of production, and stands in a file of another environment. Tests and developers
#   work with production, and whoever gets hold of their files has it.
# related_resources:
#   - ref: https://owasp.org/www-project-non-human-identities-top-10/2025/8-environment-isolation/
#     description: OWASP on isolating environments
# custom:
#   id: production-secret-elsewhere
#   nhi: NHI8
#   severity: high
#   confidence: evidence
#   platforms: []
#   needs: [secret.match, principal.environment, secret.locations.path]
#   depends_on: [secret-matches-privileged-credential]
#   controls:
#     nist_800_53_r5: [AC-4, CM-2, IA-5(6)]
#     soc2_2017: [CC6.1, CC8.1]
#     iso_27001_2022: [A.5.17, A.8.31]
#     gdpr: [Art. 32(1)(b)]
#   message: "{title} of {principal} in production is in a file of {environments}: {place}"
#   remediation:
#     summary: Give the other environment an identity of its own, and let it lease.
#     steps:
#       - Revoke the secret, which more people have seen than production allows.
#       - Make an identity for the other environment, with data of its own.
#       - Let both lease, each for itself.
#   since: 0.1.0
package lapse.rules["production-secret-elsewhere"]

import data.lapse.lib.environments
import data.lapse.lib.evidence
import data.lapse.lib.secrets

finding contains {
	"id": "production-secret-elsewhere",
	"subject": input.secret.id,
	"case": secrets.level_case,
	"detail": {
		"title": input.secret.title,
		"principal": input.principal.name,
		"environments": sort(_elsewhere),
		"place": _places[0].path,
	},
	"evidence": evidence.each_place("found in", _places, 10),
} if {
	input.type == "secret"
	environments.canonical(input.principal.environment) == "production"
	count(_places) > 0
}

_places := [location |
	some location in secrets.current_places
	named := environments.of_path(location.path)
	count(named) > 0
	not "production" in named
]

_elsewhere contains environment if {
	some location in _places
	some environment in environments.of_path(location.path)
}
