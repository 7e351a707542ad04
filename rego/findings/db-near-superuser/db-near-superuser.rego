# METADATA
# title: Database role next to superuser
# description: >-
#   A role runs programs or reads and writes files as the server's own account, or passes the policies that hide rows.
#   The first two are superuser in all but name; the third makes row level security a hint.
# related_resources:
#   - ref: https://www.postgresql.org/docs/current/predefined-roles.html
#     description: PostgreSQL on predefined roles
#   - ref: https://www.postgresql.org/docs/current/ddl-rowsecurity.html
#     description: PostgreSQL on row security
# custom:
#   id: db-near-superuser
#   nhi: NHI5
#   severity: high
#   confidence: evidence
#   platforms: [postgres]
#   needs: [effective.privileges]
#   depends_on: [admin-standing]
#   controls:
#     nist_800_53_r5: [AC-6, AC-6(5), AC-6(10)]
#     soc2_2017: [CC6.3]
#     iso_27001_2022: [A.8.2, A.8.3]
#   message: "{principal} holds {what}{proviso}"
#   remediation:
#     summary: Take the membership away, and lease it for the maintenance that needs it.
#     steps:
#       - "Load and unload by the client (`\\\\copy`) in place of files of the server."
#       - Give migrations and backups a role that is leased for the run.
#       - Revoke the membership or the attribute.
#   since: 0.1.0
package lapse.rules["db-near-superuser"]

import data.lapse.lib.answers
import data.lapse.lib.evidence
import data.lapse.lib.subject

finding contains {
	"id": "db-near-superuser",
	"subject": input.principal.id,
	"case": _case(privilege),
	"detail": {
		"principal": input.principal.name,
		"what": privilege.what,
		"proviso": answers.proviso(privilege.answer),
		"key": privilege.what,
	},
	"evidence": [evidence.at(privilege.id, privilege.what, subject.places(privilege.grants))],
} if {
	input.type == "principal"
	input.principal.platform == "postgres"
	some privilege in input.effective.privileges
	privilege.id in {"pg-bypass-rls", "pg-server-files", "pg-server-program"}
	answers.shown(privilege.answer)
	not input.effective.admin == "yes"
}

_case(privilege) := "conditional" if {
	is_object(privilege.answer)
} else := "rows" if {
	privilege.id == "pg-bypass-rls"
} else := "default"
