# METADATA
# title: "Another organization's application reads as every user"
# description: >-
#   An administrator consented for the whole tenant: an application of another organization may read or write the
#   mail, files or directory data of whoever signs in to it, with refresh tokens that last.
# related_resources:
#   - ref: https://learn.microsoft.com/en-us/entra/identity/enterprise-apps/user-admin-consent-overview
#     description: Microsoft on consent
#   - ref: https://learn.microsoft.com/en-us/defender-cloud-apps/investigate-risky-oauth
#     description: Microsoft on risky OAuth applications
# custom:
#   id: azure-consent-tenant-wide
#   nhi: NHI3
#   severity: medium
#   confidence: certain
#   platforms: [azure]
#   needs: [principal.thirdParty, grants]
#   depends_on: [azure-foreign-app-privileged]
#   controls:
#     nist_800_53_r5: [AC-20, AC-21, SA-9]
#     soc2_2017: [CC6.3, CC9.2]
#     iso_27001_2022: [A.5.19, A.5.14]
#     gdpr: [Art. 28, Art. 32(1)(b)]
#   message: "{principal} is of another organization, and has {scopes} of every user"
#   remediation:
#     summary: Revoke the consent, and grant what is needed for those who use the application.
#     steps:
#       - Ask who uses it, and for what.
#       - Revoke the tenant-wide grant; consent for a group with the narrower scopes.
#       - Let only verified publishers ask for consent, and review it every quarter.
#   since: 0.1.0
package lapse.rules["azure-consent-tenant-wide"]

import data.lapse.lib.evidence

finding contains {
	"id": "azure-consent-tenant-wide",
	"subject": input.principal.id,
	"detail": {"principal": input.principal.name, "scopes": sort(_scopes)},
	"evidence": [evidence.at("consent", sort(_broad(grant)), grant.locations) |
		some grant in input.grants
		count(_broad(grant)) > 0
	],
} if {
	input.type == "principal"
	input.principal.platform == "azure"
	input.principal.thirdParty == true
	not input.principal.attributes.first_party == true
	not input.principal.enabled == false
	count(_scopes) > 0
}

_scopes := {scope | some grant in input.grants; some scope in _broad(grant)}

_broad(grant) := {scope |
	grant.condition.delegated == "any user"
	some action in grant.actions
	startswith(action, "scope:")
	scope := substring(action, 6, -1)
	lower(split(scope, ".")[0]) in data.lapse.personal_scopes
}
