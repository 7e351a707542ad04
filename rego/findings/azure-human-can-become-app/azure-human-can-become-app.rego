# METADATA
# title: A person can sign in as an application
# description: >-
#   A person owns an application or service principal, or holds a role over all of them, and so can put a credential
#   of their own on it and sign in as it. What it may do is theirs, without their second factor and under its name.
# related_resources:
#   - ref: https://learn.microsoft.com/en-us/entra/identity/enterprise-apps/overview-assign-app-owners
#     description: Microsoft on owners of applications
#   - ref: https://owasp.org/www-project-non-human-identities-top-10/2025/10-human-use-of-nhi/
#     description: OWASP on human use of non-human identities
# custom:
#   id: azure-human-can-become-app
#   nhi: NHI10
#   severity: medium
#   confidence: evidence
#   platforms: [azure]
#   needs: [effective.escalations]
#   depends_on: [can-become-admin]
#   controls:
#     nist_800_53_r5: [AC-2(9), AC-6, IA-2]
#     soc2_2017: [CC6.1, CC6.3]
#     iso_27001_2022: [A.5.16, A.8.2]
#   message: "{principal} can put a credential on {count} applications and sign in as them{proviso}"
#   remediation:
#     summary: Give the ownership to the pipeline that deploys the application, and lease the role.
#     steps:
#       - Remove people as owners of applications with wide permissions.
#       - Lock the service principal against credentials of its own (app instance property lock).
#       - Make Application Administrator eligible, or a target of lapse.
#   since: 0.1.0
package lapse.rules["azure-human-can-become-app"]

import data.lapse.lib.answers
import data.lapse.lib.evidence
import data.lapse.lib.subject

finding contains {
	"id": "azure-human-can-become-app",
	"subject": input.principal.id,
	"case": _case,
	"detail": {
		"principal": input.principal.name,
		"count": count({way.target | some way in _ways}),
		"proviso": answers.proviso(_answer),
	},
	"evidence": [evidence.at(way.id, {"uses": way.uses, "target": way.target}, subject.places(_grants(way))) |
		some way in _ways
	],
} if {
	input.type == "principal"
	input.principal.platform == "azure"
	input.principal.kind == "user"
	not input.effective.admin == "yes"
	count(_ways) > 0
}

_ways := [way |
	some way in input.effective.escalations
	way.id in {"entra-application-credential", "entra-owner-credential", "entra-service-principal-credential"}
	answers.shown(way.answer)
]

_grants(way) := [id | some id in way.evidence; subject.grants_by_id[id]]

_answer := answers.firmest({way.answer | some way in _ways})

_case := "conditional" if {
	is_object(_answer)
} else := "privileged" if {
	count(input.paths) > 0
} else := "default"
