# METADATA
# title: Secret in history
# description: >-
#   A static secret is gone from the files, and still in the history of the repository. Every clone has it. Taking it
#   out of a file does not take it back.
# related_resources:
#   - ref: https://docs.github.com/en/code-security/secret-scanning/introduction/about-secret-scanning
#     description: GitHub on secrets in repositories and their history
# custom:
#   id: secret-in-history
#   nhi: NHI2
#   severity: high
#   confidence: evidence
#   platforms: []
#   needs: [secret.locations.commit]
#   depends_on: [secret-matches-privileged-credential]
#   controls:
#     cis_github_1_2_0: ["1.5.1"]
#     nist_800_53_r5: [IA-5(6), IA-5(7)]
#     soc2_2017: [CC6.1, C1.1]
#     iso_27001_2022: [A.5.17, A.8.4, A.8.12]
#     gdpr: [Art. 32(1)(b)]
#   message: "{title} in the history of {place}{matched}"
#   remediation:
#     summary: Revoke the secret. Rewriting history is no substitute, since copies stay.
#     steps:
#       - Revoke or rotate the secret at its provider.
#       - Let the program that used it lease what it needs.
#       - Accept the finding in the baseline once the provider confirms that the secret is dead.
#   since: 0.1.0
package lapse.rules["secret-in-history"]

import data.lapse.lib.evidence
import data.lapse.lib.secrets

finding contains {
	"id": "secret-in-history",
	"subject": input.secret.id,
	"case": secrets.level_case,
	"detail": {
		"title": input.secret.title,
		"place": secrets.places[0].path,
		"matched": secrets.match_clause,
	},
	"evidence": evidence.each_place("found in", secrets.places, 10),
} if {
	input.type == "secret"
	not input.secret.inHead
}
