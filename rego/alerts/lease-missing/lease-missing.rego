# METADATA
# title: Leased credential vanished
# description: A lease was active, and its object is gone from the target although the issuer did not remove it.
# related_resources:
#   - ref: https://owasp.org/www-project-non-human-identities-top-10/2025/1-improper-offboarding/
#     description: OWASP on offboarding
# custom:
#   id: lease-missing
#   nhi: NHI1
#   severity: medium
#   confidence: certain
#   needs: [event]
#   depends_on: []
#   message: "the credential of lease {lease} is gone from {target}"
#   remediation:
#     summary: Find out who else changes identities at the target.
#     steps:
#       - Look at the target's log; a restart loses users that were not saved.
#       - Keep other tools away from names with the issuer's prefix.
#   since: 0.1.0
package lapse.alert_rules["lease-missing"]

import data.lapse.lib.audit

finding contains {
	"id": "lease-missing",
	"subject": audit.subject,
	"detail": {"lease": object.get(input.event, "lease", "unknown"), "target": audit.target},
	"evidence": [audit.evidence],
} if {
	input.event.event == "lease.missing"
}
