# METADATA
# title: Token used twice
# description: >-
#   A token that is good for one use was presented again. A client that tries again should use a new token; whoever
#   copied one has only the old.
# related_resources:
#   - ref: https://owasp.org/www-project-non-human-identities-top-10/2025/2-secret-leakage/
#     description: OWASP on leaked secrets
# custom:
#   id: token-replayed
#   nhi: NHI2
#   severity: medium
#   confidence: evidence
#   needs: [event]
#   depends_on: []
#   message: "a token of {who} was presented a second time"
#   remediation:
#     summary: Find out whether it was a second try of the same client.
#     steps:
#       - Compare the source address with that of the first use in `lapse audit query`.
#       - If the addresses differ, treat whatever the token came from as leaked.
#   since: 0.1.0
package lapse.alert_rules["token-replayed"]

import data.lapse.lib.audit

finding contains {
	"id": "token-replayed",
	"subject": input.event.actor,
	"detail": {"who": input.event.actor},
	"evidence": [audit.evidence],
} if {
	input.event.event == "subject_token.replayed"
}
