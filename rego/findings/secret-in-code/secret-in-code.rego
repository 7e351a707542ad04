# METADATA
# title: Secret in a file
# description: >-
#   A static secret stands in a file that is there now. Everybody who can read the file can use it, and so can everybody
#   who gets a copy. It is worse when a live credential is known to match.
# related_resources:
#   - ref: https://docs.github.com/en/code-security/secret-scanning/introduction/about-secret-scanning
#     description: GitHub on secrets in repositories
# custom:
#   id: secret-in-code
#   nhi: NHI2
#   severity: high
#   confidence: evidence
#   platforms: []
#   needs: [secret.locations]
#   depends_on:
#     - secret-matches-privileged-credential
#     - secret-in-state
#     - secret-in-message
#     - secret-in-image
#     - secret-in-pipeline
#     - credentials-file-committed
#     - secret-in-shell-history
#   controls:
#     cis_github_1_2_0: ["1.5.1"]
#     nist_800_53_r5: [IA-5(6), IA-5(7)]
#     soc2_2017: [CC6.1, C1.1]
#     iso_27001_2022: [A.5.17, A.8.4, A.8.12]
#     gdpr: [Art. 32(1)(b)]
#   message: "{title} in {place}{matched}"
#   remediation:
#     summary: Revoke the secret, then let the program lease what it needs when it starts, with `lapse exec`.
#     steps:
#       - Revoke or rotate the secret at its provider; removing it from the file does not make it unknown.
#       - Replace it in the file by a reference, and start the program with `lapse exec`.
#       - Look with `lapse show` for what the secret opens, and whether it was used by somebody else.
#   since: 0.1.0
package lapse.rules["secret-in-code"]

import data.lapse.lib.evidence
import data.lapse.lib.secrets

finding contains {
	"id": "secret-in-code",
	"subject": input.secret.id,
	"case": secrets.level_case,
	"detail": {
		"title": input.secret.title,
		"place": secrets.places[0].path,
		"matched": secrets.match_clause,
	},
	"evidence": array.concat(
		evidence.each_place("found in", secrets.places, 10),
		[evidence.plain("detection", input.secret.confidence)],
	),
} if {
	input.type == "secret"
	input.secret.inHead
}
