# METADATA
# title: Password of a database administrator
# description: >-
#   A connection string opens a database as the administrator that it came with. Whoever reads the file can read,
#   change and drop everything, and make further logins that stay.
# related_resources:
#   - ref: https://owasp.org/www-project-non-human-identities-top-10/2025/5-overprivileged-nhi/
#     description: OWASP on overprivileged non-human identities
# custom:
#   id: database-admin-password
#   nhi: NHI5
#   severity: high
#   confidence: evidence
#   platforms: []
#   needs: [secret.facts.scheme, secret.facts.host, secret.facts.user]
#   depends_on: [secret-matches-privileged-credential]
#   controls:
#     nist_800_53_r5: [AC-2(7), AC-6, IA-5(7)]
#     soc2_2017: [CC6.1, CC6.3]
#     iso_27001_2022: [A.8.2, A.5.17]
#     gdpr: [Art. 32(1)(b)]
#   message: "{title} in {place} opens {host} as the administrator {user}"
#   remediation:
#     summary: Lease the program a role with what it needs; lease administration to people, with an approval.
#     steps:
#       - Make a role that may do what the program does, and let the program lease a login with it.
#       - Change the password of the administrator, and keep it where only break-glass reaches.
#       - Look in the log of the database for logins and roles that nobody can explain.
#   since: 0.1.0
package lapse.rules["database-admin-password"]

import data.lapse.lib.evidence
import data.lapse.lib.secrets

finding contains {
	"id": "database-admin-password",
	"subject": input.secret.id,
	"detail": {
		"title": input.secret.title,
		"place": secrets.places[0].path,
		"host": input.secret.facts.host,
		"user": input.secret.facts.user,
	},
	"evidence": evidence.each_place("found in", secrets.places, 10),
} if {
	input.type == "secret"
	secrets.of_remote_database
	lower(input.secret.facts.user) in data.lapse.database_administrators
	not secrets.dead
}
