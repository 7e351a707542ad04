# METADATA
# title: Person's token in automation
# description: >-
#   A file has a token that a person, or a user that stands for one, made at its account. The program acts under the
#   name of that person with all their rights, and stops when they leave.
# related_resources:
#   - ref: https://docs.github.com/en/apps/creating-github-apps
#     description: GitHub on apps in place of personal tokens
# custom:
#   id: personal-token-in-automation
#   nhi: NHI10
#   severity: medium
#   confidence: certain
#   platforms: [github, gitlab]
#   needs: [secret.rule]
#   depends_on: [secret-matches-privileged-credential, secret-in-code]
#   controls:
#     nist_800_53_r5: [AC-2(9), IA-2, IA-9]
#     soc2_2017: [CC6.1, CC6.2]
#     iso_27001_2022: [A.5.16, A.5.17]
#   message: "{title} in {place} is a person's token in the hands of a program"
#   remediation:
#     summary: "Let the program act as itself: an app installation token, a job token, or a lease of either."
#     steps:
#       - Find out what the program does with the token.
#       - Make an app, or a token of the project, with just that; lease installation tokens, which last an hour.
#       - Revoke the personal token.
#   since: 0.1.0
package lapse.rules["personal-token-in-automation"]

import data.lapse.lib.evidence
import data.lapse.lib.secrets

finding contains {
	"id": "personal-token-in-automation",
	"subject": input.secret.id,
	"detail": {"title": input.secret.title, "place": _places[0].path},
	"evidence": evidence.each_place("found in", _places, 10),
} if {
	input.type == "secret"
	input.secret.rule in data.lapse.personal_token_rules
	not secrets.dead
	count(_places) > 0
}

# What a person typed or keeps for their own tools is no automation.
_places := [location |
	some location in secrets.current_places
	not location.item
	not secrets.is_login_file(location.path)
	not secrets.base_name(location.path) in data.lapse.shell_histories
]
