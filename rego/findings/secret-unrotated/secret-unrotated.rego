# METADATA
# title: Secret older than its rotation
# description: >-
#   A secret is in the history of its file since longer than a secret should live, and it still works as far as
#   anybody knows. When its provider says how old the credential is, that is judged in its place.
# related_resources:
#   - ref: https://owasp.org/www-project-non-human-identities-top-10/2025/7-long-lived-secrets/
#     description: OWASP on long-lived secrets
# custom:
#   id: secret-unrotated
#   nhi: NHI7
#   severity: medium
#   confidence: evidence
#   platforms: []
#   needs: [secret.locations.date]
#   depends_on: [secret-matches-privileged-credential, secret-in-code]
#   controls:
#     nist_800_53_r5: [IA-5]
#     soc2_2017: [CC6.1]
#     iso_27001_2022: [A.5.17]
#   message: "{title} in {place} is there since {days} days"
#   remediation:
#     summary: Swap the secret for a lease rather than rotate it into the next one that lasts.
#     steps:
#       - "Let the program lease what it needs with `lapse exec`."
#       - "Retire the secret with `lapse swap`, which tells who still uses it."
#       - Until then, rotate it.
#   since: 0.1.0
package lapse.rules["secret-unrotated"]

import data.lapse.lib.clock
import data.lapse.lib.evidence
import data.lapse.lib.secrets
import data.lapse.lib.settings

finding contains {
	"id": "secret-unrotated",
	"subject": input.secret.id,
	"detail": {"title": input.secret.title, "place": secrets.places[0].path, "days": days},
	"evidence": [
		evidence.at("first committed", first, secrets.places),
		evidence.plain("detection", input.secret.confidence),
	],
} if {
	input.type == "secret"
	input.secret.inHead
	input.secret.confidence != "generic"
	not secrets.dead
	not input.credential.createdAt
	first := min({location.date | some location in input.secret.locations})
	days := clock.days_between(first, input.now)
	days >= settings.thresholds.secret_age_days
}
