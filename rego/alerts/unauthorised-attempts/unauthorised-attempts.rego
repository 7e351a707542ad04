# METADATA
# title: Unauthorised attempts
# description: >-
#   Tokens of one subject that no trust rule accepts are presented again and again, or emergency access was tried
#   without the sign-in that it needs. Either a configuration is wrong, or somebody looks for a way in.
# related_resources:
#   - ref: https://owasp.org/www-project-non-human-identities-top-10/2025/4-insecure-authentication/
#     description: OWASP on insecure authentication
# custom:
#   id: unauthorised-attempts
#   nhi: NHI4
#   severity: medium
#   confidence: evidence
#   needs: [event, history.repeats]
#   depends_on: []
#   message: "{count} times {event} within an hour by {who}"
#   remediation:
#     summary: Find out who presents them, from where.
#     steps:
#       - Read source address and reasons with `lapse audit query`.
#       - Correct the trust rule, or block the source.
#   since: 0.1.0
package lapse.alert_rules["unauthorised-attempts"]

import data.lapse.lib.audit

finding contains {
	"id": "unauthorised-attempts",
	"subject": input.event.actor,
	"case": _case,
	"detail": {
		"count": object.get(input.history, "repeats", 1),
		"event": input.event.event,
		"who": input.event.actor,
	},
	"evidence": [audit.evidence],
} if {
	_case
}

_case := "default" if {
	input.event.event == "subject_token.refused"
	input.history.repeats >= data.lapse.thresholds.refusals_to_alert
}

_case := "emergency" if input.event.event == "break_glass.refused"
