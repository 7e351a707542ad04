# METADATA
# title: Classic token with wide scopes
# description: >-
#   A classic personal access token reaches every repository and organization that its person reaches, with scopes
#   that know no single repository. It is mostly in some program, which then acts as that person.
# related_resources:
#   - ref: https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/managing-your-personal-access-tokens
#     description: GitHub on personal access tokens
#   - ref: https://owasp.org/www-project-non-human-identities-top-10/2025/10-human-use-of-nhi/
#     description: OWASP on human use of non-human identities
# custom:
#   id: github-classic-token
#   nhi: NHI5
#   severity: medium
#   confidence: certain
#   platforms: [github]
#   needs: [principal.attributes.type, principal.attributes.scopes]
#   depends_on: []
#   controls:
#     nist_800_53_r5: [AC-6, IA-5]
#     soc2_2017: [CC6.1, CC6.3]
#     iso_27001_2022: [A.5.17, A.8.4]
#   message: "the classic token {principal} acts as {owner} with {scopes}"
#   remediation:
#     summary: Use a token of an app, or a fine-grained one for the repositories that are meant.
#     steps:
#       - Find the program that uses it, and let it lease an installation token of an app.
#       - Where it must be a personal one, make it fine-grained, with an end.
#       - Revoke the token, and restrict classic tokens in the settings of the organization.
#   since: 0.1.0
package lapse.rules["github-classic-token"]

import data.lapse.lib.evidence

finding contains {
	"id": "github-classic-token",
	"subject": input.principal.id,
	"case": _case,
	"detail": {"principal": input.principal.name, "owner": _owner, "scopes": sort(_wide)},
	"evidence": [evidence.at("scopes", sort(input.principal.attributes.scopes), input.principal.locations)],
} if {
	input.type == "principal"
	input.principal.platform == "github"
	input.principal.kind == "personal-access-token"
	input.principal.attributes.type == "classic"
	count(_wide) > 0
	some token in input.credentials
	token.status == "active"
}

_wide := {scope | some scope in input.principal.attributes.scopes; scope in data.lapse.wide_token_scopes}

_administers contains scope if {
	some scope in _wide
	startswith(scope, "admin:")
}

_case := "admin" if {
	count(_administers) > 0
} else := "default"

_owner := object.get(input.principal.attributes, "login", "its person")
