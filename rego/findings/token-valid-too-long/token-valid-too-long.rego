# METADATA
# title: Token that works for months
# description: >-
#   A signed token stands in a file and says itself that it works for longer than the threshold, or without end.
#   Signed tokens cannot be taken back one by one, so that it counts until then.
# related_resources:
#   - ref: https://www.rfc-editor.org/rfc/rfc8725
#     description: RFC 8725 on using JSON Web Tokens
# custom:
#   id: token-valid-too-long
#   nhi: NHI7
#   severity: medium
#   confidence: certain
#   platforms: []
#   needs: [secret.facts.exp, secret.facts.iat]
#   depends_on: [secret-matches-privileged-credential, secret-in-code]
#   controls:
#     nist_800_53_r5: [IA-5, IA-5(13)]
#     soc2_2017: [CC6.1]
#     iso_27001_2022: [A.5.17]
#   message: "{title} in {place} works {lifetime}"
#   remediation:
#     summary: Have tokens issued for minutes, on demand.
#     steps:
#       - Ask whoever issues the token for lifetimes of minutes, and for a key that can be replaced.
#       - Let the program exchange its own identity for a token, or lease one.
#       - Replace the signing key if the token must not work any more.
#   since: 0.1.0
package lapse.rules["token-valid-too-long"]

import data.lapse.lib.evidence
import data.lapse.lib.secrets
import data.lapse.lib.settings

finding contains {
	"id": "token-valid-too-long",
	"subject": input.secret.id,
	"detail": {"title": input.secret.title, "place": secrets.places[0].path, "lifetime": _lifetime},
	"evidence": evidence.each_place("found in", secrets.places, 10),
} if {
	input.type == "secret"
	input.secret.facts.alg
	not secrets.dead
	_lifetime
}

_lifetime := concat(" ", ["for", format_int(days, 10), "days"]) if {
	days := floor((input.secret.facts.exp - input.secret.facts.iat) / 86400)
	days >= settings.thresholds.token_validity_days
}

# Who it is for or of must be known: a header alone says nothing of an end.
_lifetime := "without end" if {
	not input.secret.facts.exp
	some claim in ["iss", "sub", "iat"]
	input.secret.facts[claim]
}
