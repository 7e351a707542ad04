# METADATA
# title: Database role that reads everything
# description: >-
#   A role reads every table of every database, by a predefined role, by SELECT on everything, or by a copy of the
#   whole server. What the program behind it really needs is mostly a few tables; personal data in all others is read
#   along with it.
# related_resources:
#   - ref: https://www.postgresql.org/docs/current/predefined-roles.html
#     description: PostgreSQL on predefined roles
#   - ref: https://dev.mysql.com/doc/refman/8.4/en/privileges-provided.html
#     description: MySQL on privileges
# custom:
#   id: db-reads-everything
#   nhi: NHI5
#   severity: medium
#   confidence: evidence
#   platforms: [postgres, mysql]
#   needs: [effective.privileges]
#   depends_on: [admin-standing]
#   controls:
#     nist_800_53_r5: [AC-3, AC-6]
#     soc2_2017: [CC6.1, CC6.3]
#     iso_27001_2022: [A.5.15, A.8.3]
#     gdpr: [Art. 25(2), Art. 32(1)(b)]
#   message: "{principal} reads everything: {what}{proviso}"
#   remediation:
#     summary: Grant the tables that are read, and lease the rest.
#     steps:
#       - Grant SELECT on the schemas or tables that the program reads.
#       - Give backups and replicas an account of their own, bound to their host.
#       - Let people lease reading of everything, with a reason.
#   since: 0.1.0
package lapse.rules["db-reads-everything"]

import data.lapse.lib.answers
import data.lapse.lib.evidence
import data.lapse.lib.subject

finding contains {
	"id": "db-reads-everything",
	"subject": input.principal.id,
	"case": answers.level_case(privilege.answer),
	"detail": {
		"principal": input.principal.name,
		"what": privilege.what,
		"proviso": answers.proviso(privilege.answer),
		"key": privilege.what,
	},
	"evidence": [evidence.at("reads everything", privilege.what, subject.places(privilege.grants))],
} if {
	input.type == "principal"
	input.principal.platform in {"mysql", "postgres"}
	not input.effective.admin == "yes"
	not input.principal.enabled == false
	some privilege in input.effective.privileges
	_reads_everything(privilege)
	answers.shown(privilege.answer)
}

_reads_everything(privilege) if privilege.id == "pg-read-all-data"

_reads_everything(privilege) if {
	privilege.id == "wildcard-service"
	startswith(privilege.what, "SELECT on everything")
}

_reads_everything(privilege) if {
	privilege.id == "secrets-read"
	startswith(privilege.what, "REPLICATION")
}
