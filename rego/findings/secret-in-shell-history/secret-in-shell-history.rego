# METADATA
# title: Secret typed into a shell
# description: >-
#   Somebody typed a secret into a shell or a client of a database, and its history kept it. So a person uses by hand
#   what was made for a program, and everything that reads the home directory has it.
# related_resources:
#   - ref: https://owasp.org/www-project-non-human-identities-top-10/2025/10-human-use-of-nhi/
#     description: OWASP on human use of non-human identities
# custom:
#   id: secret-in-shell-history
#   nhi: NHI10
#   severity: high
#   confidence: evidence
#   platforms: []
#   needs: [secret.locations]
#   depends_on: [secret-matches-privileged-credential]
#   controls:
#     nist_800_53_r5: [IA-5(6), IA-5(7)]
#     soc2_2017: [CC6.1, C1.1]
#     iso_27001_2022: [A.5.17, A.8.12]
#     gdpr: [Art. 32(1)(b)]
#   message: "{title} was typed into a shell: {place}{matched}"
#   remediation:
#     summary: Revoke the secret, and let people lease what they need, under their own name.
#     steps:
#       - Revoke or rotate the secret.
#       - "Give people a target of lapse for it; `lapse exec` keeps the value out of the shell."
#       - Clear the history, and those in backups.
#   since: 0.1.0
package lapse.rules["secret-in-shell-history"]

import data.lapse.lib.secrets

# Reported in place of `secret-in-code`, with its levels.
finding contains object.union(secrets.said(_places), {"id": "secret-in-shell-history"}) if {
	input.type == "secret"
	count(_places) > 0
}

_places := [location |
	some location in secrets.current_places
	secrets.base_name(location.path) in data.lapse.shell_histories
]
