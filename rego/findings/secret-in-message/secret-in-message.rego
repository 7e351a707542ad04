# METADATA
# title: Secret in a message or ticket
# description: >-
#   A chat, a ticket or a wiki page has a secret in it. Everybody in the channel, every integration that reads it and
#   every export has a copy, and nobody can take it back.
# related_resources:
#   - ref: https://owasp.org/www-project-non-human-identities-top-10/2025/2-secret-leakage/
#     description: OWASP on leaked secrets
# custom:
#   id: secret-in-message
#   nhi: NHI2
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
#   message: "{title} in a message or ticket: {place}{matched}"
#   remediation:
#     summary: Revoke the secret, and let whoever needed it request a lease instead of sending one around.
#     steps:
#       - Revoke or rotate the secret; deleting the message does not make it unknown.
#       - "Let the person or program request what it needs with `lapse request` or `lapse exec`."
#       - Delete the message, which spares others the doubt.
#   since: 0.1.0
package lapse.rules["secret-in-message"]

import data.lapse.lib.secrets

# Reported in place of `secret-in-code`, with its levels.
finding contains object.union(secrets.said(_places), {"id": "secret-in-message"}) if {
	input.type == "secret"
	count(_places) > 0
}

_places := [location |
	some location in secrets.current_places
	location.item
	not secrets.of_image(location)
]
