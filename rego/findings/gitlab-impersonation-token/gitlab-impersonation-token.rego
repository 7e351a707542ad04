# METADATA
# title: Token that acts as somebody else
# description: >-
#   An administrator made an impersonation token: whoever has it acts as the person that it is for, who neither sees
#   it nor can revoke it, and the log shows that person.
# related_resources:
#   - ref: https://docs.gitlab.com/api/rest/authentication/#impersonation-tokens
#     description: GitLab on impersonation tokens
#   - ref: https://owasp.org/www-project-non-human-identities-top-10/2025/10-human-use-of-nhi/
#     description: OWASP on human use of non-human identities
# custom:
#   id: gitlab-impersonation-token
#   nhi: NHI10
#   severity: medium
#   confidence: certain
#   platforms: [gitlab]
#   needs: [principal.attributes.impersonation]
#   depends_on: []
#   controls:
#     nist_800_53_r5: [AC-2(9), IA-2, IA-4]
#     soc2_2017: [CC6.1, CC6.2]
#     iso_27001_2022: [A.5.16, A.5.17]
#   message: "{principal} acts as {owner}, who did not make it"
#   remediation:
#     summary: Give the program an identity of its own.
#     steps:
#       - Find the program that uses it.
#       - Make a bot user or a project access token with the role that it needs, or lease one.
#       - "Revoke the token, and switch impersonation off (`impersonation_enabled`)."
#   since: 0.1.0
package lapse.rules["gitlab-impersonation-token"]

import data.lapse.lib.evidence

finding contains {
	"id": "gitlab-impersonation-token",
	"subject": input.principal.id,
	"detail": {"principal": input.principal.name, "owner": _owner},
	"evidence": [evidence.at("impersonation", true, input.principal.locations)],
} if {
	input.type == "principal"
	input.principal.platform == "gitlab"
	input.principal.attributes.impersonation == true
	not input.principal.enabled == false
}

default _owner := "a person"

_owner := input.principal.owner.value
