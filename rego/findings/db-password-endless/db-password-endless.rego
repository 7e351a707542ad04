# METADATA
# title: Database password without an end
# description: >-
#   A role that signs in to a database has a password that never ends. It is the same string in every program that
#   uses it, until somebody changes it in all of them at once. MySQL says so only where the account itself has no
#   lifetime.
# related_resources:
#   - ref: https://www.postgresql.org/docs/current/sql-createrole.html
#     description: PostgreSQL on VALID UNTIL
#   - ref: https://dev.mysql.com/doc/refman/8.4/en/password-management.html
#     description: MySQL on password expiration
# custom:
#   id: db-password-endless
#   nhi: NHI7
#   severity: medium
#   confidence: certain
#   platforms: [postgres, mysql]
#   needs: [credential.kind, credential.status]
#   depends_on: []
#   controls:
#     nist_800_53_r5: [IA-5, IA-5(1)]
#     soc2_2017: [CC6.1]
#     iso_27001_2022: [A.5.17]
#   message: "the password of {principal} never ends"
#   remediation:
#     summary: "Lease database credentials: a role for the hour, with a password of its own."
#     steps:
#       - Make the database a target of lapse, and let the program lease its login.
#       - "Until then set `VALID UNTIL`, or `PASSWORD EXPIRE INTERVAL`, and change it before."
#       - Take LOGIN from the old role when nothing signs in as it any more.
#   since: 0.1.0
package lapse.rules["db-password-endless"]

import data.lapse.lib.evidence
import data.lapse.lib.subject

finding contains {
	"id": "db-password-endless",
	"subject": password.id,
	"case": subject.level_case,
	"detail": {"principal": input.principal.name},
	"evidence": [evidence.at("password without an end", password.status, password.locations)],
} if {
	input.type == "principal"
	input.principal.platform in {"mysql", "postgres"}
	some password in input.credentials
	password.kind == "password"
	not password.status in {"inactive", "expired"}
	not password.expiresAt
	not password.expiryUnknown
}
