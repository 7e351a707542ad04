# METADATA
# title: Unknown credential at a target
# description: >-
#   At a target there was an object with the issuer's prefix to which no lease belongs. The reconciler removes it; it
#   should not have been there.
# related_resources:
#   - ref: https://owasp.org/www-project-non-human-identities-top-10/2025/1-improper-offboarding/
#     description: OWASP on offboarding
# custom:
#   id: orphan-found
#   nhi: NHI1
#   severity: high
#   confidence: certain
#   needs: [event]
#   depends_on: []
#   message: "an object without a lease was found at {target}"
#   remediation:
#     summary: Find out whether a store was restored from a backup, or whether somebody made the object by hand.
#     steps:
#       - Search the log for the external name.
#       - Look at the target's own log for use of the object.
#   since: 0.1.0
package lapse.alert_rules["orphan-found"]

import data.lapse.lib.audit

finding contains {
	"id": "orphan-found",
	"subject": audit.subject,
	"detail": {"target": audit.target},
	"evidence": [audit.evidence],
} if {
	input.event.event == "orphan.found"
}
