# METADATA
# title: App that may write every repository
# description: >-
#   An app is installed on all repositories of an organization, those to come included, with the right to change code,
#   workflows, secrets or settings. Whoever has the private key of the app, often somebody else, has all of that.
# related_resources:
#   - ref: https://docs.github.com/en/apps/using-github-apps/reviewing-and-modifying-installed-github-apps
#     description: GitHub on reviewing installed apps
#   - ref: https://owasp.org/www-project-non-human-identities-top-10/2025/3-vulnerable-third-party-nhi/
#     description: OWASP on non-human identities of third parties
# custom:
#   id: github-app-installation-wide
#   nhi: NHI3
#   severity: medium
#   confidence: certain
#   platforms: [github]
#   needs: [principal.attributes.repository_selection, grants]
#   depends_on: []
#   controls:
#     cis_github_1_2_0: ["1.4.3"]
#     nist_800_53_r5: [AC-6, SA-9]
#     soc2_2017: [CC6.3, CC9.2]
#     iso_27001_2022: [A.5.19, A.8.4]
#   message: "the app {principal} may write {permissions} in every repository of {organization}"
#   remediation:
#     summary: Select the repositories that the app is for.
#     steps:
#       - "Choose \"Only select repositories\" in the settings of the installation."
#       - Suspend the app where nobody knows what it is for, and remove it when nothing breaks.
#       - Where your own programs need a token now and then, lease one for the one repository.
#   since: 0.1.0
package lapse.rules["github-app-installation-wide"]

import data.lapse.lib.evidence

finding contains {
	"id": "github-app-installation-wide",
	"subject": input.principal.id,
	"detail": {
		"principal": input.principal.name,
		"organization": input.principal.scope[0],
		"permissions": sort(_writes),
	},
	"evidence": [evidence.at("permissions", sort(grant.actions), grant.locations) | some grant in input.grants],
} if {
	input.type == "principal"
	input.principal.platform == "github"
	input.principal.kind == "app-installation"
	input.principal.attributes.repository_selection == "all"
	not input.principal.enabled == false
	count(_writes) > 0
}

_writes := {permission |
	some grant in input.grants
	some action in grant.actions
	[permission, level] := split(action, ":")
	level in {"admin", "write"}
	permission in data.lapse.steering_permissions
}
