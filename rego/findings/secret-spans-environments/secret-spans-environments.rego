# METADATA
# title: One secret for several environments
# description: >-
#   The same secret stands in files of production and of another environment. Whoever gets hold of the lesser
#   environment, which more people and programs can, has production.
# related_resources:
#   - ref: https://owasp.org/www-project-non-human-identities-top-10/2025/8-environment-isolation/
#     description: OWASP on isolating environments
# custom:
#   id: secret-spans-environments
#   nhi: NHI8
#   severity: high
#   confidence: heuristic
#   platforms: []
#   needs: [secret.locations.path]
#   depends_on: [secret-matches-privileged-credential]
#   controls:
#     nist_800_53_r5: [AC-4, CM-2, IA-5(8)]
#     soc2_2017: [CC6.1, CC8.1]
#     iso_27001_2022: [A.5.17, A.8.31]
#     gdpr: [Art. 32(1)(b)]
#   message: "{title} is the same in {environments}: {paths}"
#   remediation:
#     summary: One credential for each environment; best a lease, which each gets for itself.
#     steps:
#       - Make a credential of its own for each environment, at the provider.
#       - Let each environment lease what it needs, under an identity of its own.
#       - Revoke the shared one.
#   since: 0.1.0
package lapse.rules["secret-spans-environments"]

import data.lapse.lib.environments
import data.lapse.lib.evidence
import data.lapse.lib.secrets

finding contains {
	"id": "secret-spans-environments",
	"subject": input.secret.id,
	"case": secrets.level_case,
	"detail": {
		"title": input.secret.title,
		"environments": sort(_environments),
		"paths": sort({location.path | some location in _placed}),
	},
	"evidence": evidence.each_place("found in", _placed, 10),
} if {
	input.type == "secret"
	count(secrets.current_files) > 1
	count(_environments) > 1
	"production" in _environments
}

# A path that names two environments is of neither for sure.
_placed := [location |
	some location in secrets.current_places
	count(environments.of_path(location.path)) == 1
]

_environments contains environment if {
	some location in _placed
	some environment in environments.of_path(location.path)
}
