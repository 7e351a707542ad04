# METADATA
# title: Database account without a password
# description: >-
#   An account of MySQL or MariaDB signs in with its name alone. Accounts that the operating system, a directory or a
#   cloud signs in keep no password either, and are not meant; roles and locked accounts neither.
# related_resources:
#   - ref: https://dev.mysql.com/doc/refman/8.4/en/default-privileges.html
#     description: MySQL on securing initial accounts
#   - ref: https://mariadb.com/kb/en/create-user/
#     description: MariaDB on CREATE USER
# custom:
#   id: db-account-without-password
#   nhi: NHI4
#   severity: critical
#   confidence: certain
#   platforms: [mysql]
#   needs: [principal.attributes.password, principal.attributes.plugin]
#   depends_on: []
#   controls:
#     nist_800_53_r5: [AC-14, IA-2, IA-5(1)]
#     soc2_2017: [CC6.1]
#     iso_27001_2022: [A.5.17, A.8.5]
#     gdpr: [Art. 32(1)(b)]
#   message: "{principal} signs in without a password{reach}"
#   remediation:
#     summary: Lock the account, then give its program a login that is leased.
#     steps:
#       - "Lock it (`ACCOUNT LOCK`), and see what breaks."
#       - Let the program lease a login, or sign in by socket on the same machine.
#       - Drop the account.
#   since: 0.1.0
package lapse.rules["db-account-without-password"]

import data.lapse.lib.evidence

finding contains {
	"id": "db-account-without-password",
	"subject": input.principal.id,
	"case": _case,
	"detail": {"principal": input.principal.name, "reach": _reach[_case]},
	"evidence": [evidence.at("password", false, input.principal.locations)],
} if {
	input.type == "principal"
	input.principal.platform == "mysql"
	input.principal.kind == "account"
	input.principal.attributes.password == false
	not input.principal.attributes.role == true
	not input.principal.enabled == false
	not _signed_in_elsewhere
}

_signed_in_elsewhere if lower(input.principal.attributes.plugin) in object.keys(data.lapse.login_plugins)

_signed_in_elsewhere if {
	startswith(lower(input.principal.attributes.plugin), "authentication_")
}

_host := parts[count(parts) - 1] if parts := split(input.principal.name, "@")

_case := "local" if {
	_host in {"127.0.0.1", "::1", "localhost"}
} else := "default"

_reach := {"default": " from other machines", "local": " on the machine itself"}
