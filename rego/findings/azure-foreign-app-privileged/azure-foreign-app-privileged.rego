# METADATA
# title: "Another organization's application with wide rights"
# description: >-
#   An application of another organization can administer the directory, write rights, or read secrets here. Whoever
#   takes over its publisher, or a credential of it anywhere, is in this tenant with the same rights. Microsoft's own
#   are not meant.
# related_resources:
#   - ref: https://learn.microsoft.com/en-us/entra/identity/enterprise-apps/manage-application-permissions
#     description: Microsoft on reviewing permissions of applications
#   - ref: https://owasp.org/www-project-non-human-identities-top-10/2025/3-vulnerable-third-party-nhi/
#     description: OWASP on non-human identities of third parties
# custom:
#   id: azure-foreign-app-privileged
#   nhi: NHI3
#   severity: high
#   confidence: evidence
#   platforms: [azure]
#   needs: [principal.thirdParty, effective.privileges]
#   depends_on: []
#   controls:
#     nist_800_53_r5: [AC-6, AC-20, SA-9]
#     soc2_2017: [CC6.3, CC9.2]
#     iso_27001_2022: [A.5.19, A.5.23, A.8.2]
#   message: "{principal} is of another organization, and holds {what}{proviso}"
#   remediation:
#     summary: Take what it does not need, and lease the rest for the time of the work.
#     steps:
#       - Ask the publisher which permissions its service really uses.
#       - Remove the others, and require user assignment for the application.
#       - Where it works now and then, enable its service principal for that time only.
#   since: 0.1.0
package lapse.rules["azure-foreign-app-privileged"]

import data.lapse.lib.answers
import data.lapse.lib.evidence
import data.lapse.lib.subject

finding contains {
	"id": "azure-foreign-app-privileged",
	"subject": input.principal.id,
	"case": _case,
	"detail": {
		"principal": input.principal.name,
		"what": concat("; ", sort({privilege.what | some privilege in _wide})),
		"proviso": answers.proviso(_answer),
	},
	"evidence": [evidence.at(privilege.id, privilege.what, subject.places(privilege.grants)) |
		some privilege in _wide
	],
} if {
	input.type == "principal"
	input.principal.platform == "azure"
	input.principal.thirdParty == true
	not input.principal.attributes.first_party == true
	not input.principal.enabled == false
	count(_wide) > 0
}

_wide := [privilege |
	some privilege in input.effective.privileges
	privilege.id in {"admin", "iam-write", "secrets-read", "wildcard-resource", "wildcard-service"}
	answers.shown(privilege.answer)
]

_answer := answers.firmest({privilege.answer | some privilege in _wide})

_case := "conditional" if {
	is_object(_answer)
} else := "admin" if {
	input.effective.admin == "yes"
} else := "default"
