# METADATA
# title: Break-glass was used
# description: >-
#   Emergency access was given without prior approval. Somebody other than who used it should look at what was done with
#   it while it is fresh.
# related_resources:
#   - ref: https://csf.tools/reference/nist-sp-800-53/r5/ac/ac-2/ac-2-2/
#     description: NIST SP 800-53 AC-2(2), removal of temporary and emergency accounts
# custom:
#   id: break-glass-used
#   nhi: NHI10
#   severity: high
#   confidence: certain
#   needs: [event]
#   depends_on: []
#   message: "{who} used emergency access to {target}"
#   remediation:
#     summary: Compare what was done with the incident that was named.
#     steps:
#       - Read the reason and the ticket of the request with `lapse requests`.
#       - Revoke the lease with `lapse revoke` if the emergency is over, or was none.
#       - Give what was needed a regular way, so that the next time takes no emergency.
#   since: 0.1.0
package lapse.alert_rules["break-glass-used"]

import data.lapse.lib.audit

finding contains {
	"id": "break-glass-used",
	"subject": audit.subject,
	"detail": {"who": input.event.actor, "target": audit.target},
	"evidence": [audit.evidence],
} if {
	input.event.event == "break_glass.used"
}
