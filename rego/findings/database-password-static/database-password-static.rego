# METADATA
# title: Static password of a database
# description: >-
#   A connection string has the password of a database that is not on the same machine. It is shared by all who can
#   read the file, does not end, and the log of the database cannot tell who used it.
# related_resources:
#   - ref: https://owasp.org/www-project-non-human-identities-top-10/2025/4-insecure-authentication/
#     description: OWASP on insecure authentication
# custom:
#   id: database-password-static
#   nhi: NHI4
#   severity: medium
#   confidence: evidence
#   platforms: []
#   needs: [secret.facts.scheme, secret.facts.host]
#   depends_on: [secret-matches-privileged-credential, secret-in-code]
#   controls:
#     nist_800_53_r5: [IA-5, IA-5(7), IA-9]
#     soc2_2017: [CC6.1]
#     iso_27001_2022: [A.5.17, A.8.5]
#     gdpr: [Art. 32(1)(b)]
#   message: "{title} in {place} opens {database} on {host}, as {user}"
#   remediation:
#     summary: Let the program lease a database login of its own, for minutes.
#     steps:
#       - Make the database a target of lapse, with a role that has what the program needs.
#       - "Start the program with `lapse exec`, or let it ask for the lease itself."
#       - Change the password, and take it out of the file.
#   since: 0.1.0
package lapse.rules["database-password-static"]

import data.lapse.lib.evidence
import data.lapse.lib.secrets

finding contains {
	"id": "database-password-static",
	"subject": input.secret.id,
	"detail": {
		"title": input.secret.title,
		"place": secrets.places[0].path,
		"database": object.get(input.secret.facts, "database", "a database"),
		"host": input.secret.facts.host,
		"user": object.get(input.secret.facts, "user", "nobody that is named"),
	},
	"evidence": evidence.each_place("found in", secrets.places, 10),
} if {
	input.type == "secret"
	input.secret.inHead
	secrets.of_remote_database
	not secrets.dead
}
