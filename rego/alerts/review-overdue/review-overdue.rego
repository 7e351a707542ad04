# METADATA
# title: Emergency access was not reviewed in time
# description: >-
#   Break-glass was used, and nobody has looked at it by the time that the configuration gives. What skipped the approval
#   before has had none afterwards either.
# related_resources:
#   - ref: https://csf.tools/reference/nist-sp-800-53/r5/ac/ac-2/ac-2-2/
#     description: NIST SP 800-53 AC-2(2), removal of temporary and emergency accounts
# custom:
#   id: review-overdue
#   nhi: NHI10
#   severity: high
#   confidence: certain
#   needs: [event]
#   depends_on: []
#   message: "emergency access of {who} to {target} was not reviewed in time"
#   remediation:
#     summary: Compare what was done with the incident that was named, and close the review.
#     steps:
#       - See what is open with `lapse reviews`.
#       - Read the audit log of the request, then say what it came to with `lapse review`.
#   since: 0.1.0
package lapse.alert_rules["review-overdue"]

import data.lapse.lib.audit

finding contains {
	"id": "review-overdue",
	"subject": audit.subject,
	"detail": {"who": object.get(input.event, ["detail", "of"], "somebody"), "target": audit.target},
	"evidence": [audit.evidence],
} if {
	input.event.event == "review.overdue"
}
