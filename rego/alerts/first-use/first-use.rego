# METADATA
# title: First lease
# description: A requester got a lease at a target where it never had one. Usually that is somebody's new deployment.
# related_resources:
#   - ref: https://owasp.org/www-project-non-human-identities-top-10/2025/5-overprivileged-nhi/
#     description: OWASP on overprivileged identities
# custom:
#   id: first-use
#   nhi: NHI5
#   severity: info
#   confidence: certain
#   needs: [event, history.earlier_leases]
#   depends_on: []
#   message: "{who} has its first lease at {target}"
#   remediation:
#     summary: Nothing, if it was expected.
#     steps:
#       - Compare with what was deployed lately.
#       - Revoke the lease with `lapse revoke` if nobody expected it.
#   since: 0.1.0
package lapse.alert_rules["first-use"]

import data.lapse.lib.audit

finding contains {
	"id": "first-use",
	"subject": audit.subject,
	"detail": {"who": input.event.actor, "target": audit.target},
	"evidence": [audit.evidence],
} if {
	input.event.event == "lease.active"
	input.history.earlier_leases == 0
}
