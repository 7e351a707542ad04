# METADATA
# title: People can act as a service account
# description: >-
#   A user, group or domain may have tokens of a service account, sign as it or make keys for it, all the time. What
#   people do so looks like the work of the program. Administrators are reported as such.
# related_resources:
#   - ref: https://cloud.google.com/iam/docs/service-account-impersonation
#     description: Google on impersonation of service accounts
#   - ref: https://owasp.org/www-project-non-human-identities-top-10/2025/10-human-use-of-nhi/
#     description: OWASP on human use of non-human identities
# custom:
#   id: gcp-human-can-impersonate
#   nhi: NHI10
#   severity: medium
#   confidence: evidence
#   platforms: [gcp]
#   needs: [effective.escalations]
#   depends_on: []
#   controls:
#     nist_800_53_r5: [AC-2(9), AC-6, IA-2]
#     soc2_2017: [CC6.1, CC6.2]
#     iso_27001_2022: [A.5.16, A.8.2]
#   message: "{principal}, a person or people, can act as {accounts}{proviso}"
#   remediation:
#     summary: Let people act as an account for an hour, with a reason, and not all the time.
#     steps:
#       - Ask what they do as the account; give their own logins the roles for it.
#       - Take the binding away that lets them act as it.
#       - Make acting as it a target of lapse with a reason and an approval.
#   since: 0.1.0
package lapse.rules["gcp-human-can-impersonate"]

import data.lapse.lib.answers
import data.lapse.lib.evidence
import data.lapse.lib.subject

finding contains {
	"id": "gcp-human-can-impersonate",
	"subject": input.principal.id,
	"case": answers.level_case(_answer),
	"detail": {
		"principal": input.principal.name,
		"accounts": sort({trim_prefix(way.target, "gcp:service-account:") | some way in _ways}),
		"proviso": answers.proviso(_answer),
	},
	"evidence": [evidence.at(way.id, way.uses, subject.places(way.evidence)) | some way in _ways],
} if {
	input.type == "principal"
	input.principal.platform == "gcp"
	input.principal.kind in {"domain", "group", "user"}
	not input.effective.admin == "yes"
	count(_ways) > 0
}

_ways := [way |
	some way in input.effective.escalations
	way.id in {
		"gcp-access-token",
		"gcp-create-key",
		"gcp-id-token",
		"gcp-implicit-delegation",
		"gcp-sign-blob",
		"gcp-sign-jwt",
	}
	startswith(way.target, "gcp:service-account:")
	answers.shown(way.answer)
]

_answer := answers.firmest({way.answer | some way in _ways})
