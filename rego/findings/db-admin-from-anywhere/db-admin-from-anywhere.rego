# METADATA
# title: Database administrator from any host
# description: >-
#   An account with all rights on a MySQL server, or a way to them, may sign in from any address. Only a password
#   stands between the network and every table.
# related_resources:
#   - ref: https://dev.mysql.com/doc/refman/8.4/en/account-names.html
#     description: MySQL on the host part of accounts
# custom:
#   id: db-admin-from-anywhere
#   nhi: NHI4
#   severity: high
#   confidence: evidence
#   platforms: [mysql]
#   needs: [effective.admin]
#   depends_on: [admin-standing]
#   controls:
#     nist_800_53_r5: [AC-6(3), AC-17, SC-7]
#     soc2_2017: [CC6.1, CC6.6]
#     iso_27001_2022: [A.8.2, A.8.5]
#   message: "{principal} may sign in from any host, and {reach}"
#   remediation:
#     summary: Bind the account to the hosts that administer, and lease it.
#     steps:
#       - "Make an account for the one host or network (`name@10.1.%`) and drop the one for `%`."
#       - Let people and jobs lease an administrator for the hour, with an approval.
#       - Require TLS with a certificate where it must stay.
#   since: 0.1.0
package lapse.rules["db-admin-from-anywhere"]

import data.lapse.lib.evidence
import data.lapse.lib.subject

finding contains {
	"id": "db-admin-from-anywhere",
	"subject": input.principal.id,
	"case": _case,
	"detail": {"principal": input.principal.name, "reach": _reach[_case]},
	"evidence": [evidence.at("host", "%", input.principal.locations)],
} if {
	input.type == "principal"
	input.principal.platform == "mysql"
	input.principal.kind == "account"
	endswith(input.principal.name, "@%")
	not input.principal.enabled == false
	not input.principal.attributes.role == true
	_case
}

_case := "default" if {
	input.effective.admin == "yes"
} else := "way" if {
	subject.privileged
}

_reach := {"default": "is an administrator", "way": "can become an administrator"}
