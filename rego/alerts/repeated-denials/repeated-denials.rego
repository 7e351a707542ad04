# METADATA
# title: Repeated denials
# description: >-
#   One requester is denied again and again. Either something is configured wrongly and somebody waits for it, or
#   somebody tries out what a stolen identity is good for.
# related_resources:
#   - ref: https://owasp.org/www-project-non-human-identities-top-10/2025/4-insecure-authentication/
#     description: OWASP on insecure authentication
# custom:
#   id: repeated-denials
#   nhi: NHI4
#   severity: medium
#   confidence: evidence
#   needs: [event, history.repeats]
#   depends_on: []
#   message: "{count} times {event} within an hour for {who}"
#   remediation:
#     summary: Ask whoever owns the requester what it is trying to do.
#     steps:
#       - Read the reasons in `lapse audit export`.
#       - Correct the access rule, or take the identity's trust away.
#   since: 0.1.0
package lapse.alert_rules["repeated-denials"]

import data.lapse.lib.audit

finding contains {
	"id": "repeated-denials",
	"subject": input.event.actor,
	"detail": {"count": input.history.repeats, "event": input.event.event, "who": input.event.actor},
	"evidence": [audit.evidence],
} if {
	input.event.event in {"request.denied", "operator.sign_in_refused"}
	input.history.repeats >= data.lapse.thresholds.denials_to_alert
}
