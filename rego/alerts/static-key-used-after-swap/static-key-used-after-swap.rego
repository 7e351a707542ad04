# METADATA
# title: Static key used after its swap
# description: >-
#   A static key was used although its swap says that the workload runs on leases. Something still holds the key.
# related_resources:
#   - ref: https://owasp.org/www-project-non-human-identities-top-10/2025/7-long-lived-secrets/
#     description: OWASP on long-lived secrets
# custom:
#   id: static-key-used-after-swap
#   nhi: NHI7
#   severity: high
#   confidence: certain
#   needs: [event]
#   depends_on: []
#   message: "a static key was used at {target} although it is {stage}"
#   remediation:
#     summary: Find what still uses the key before it is disabled or deleted.
#     steps:
#       - Look at the source address and time of the use.
#       - Move that use to a lease, or take the swap back one stage until it has moved.
#   since: 0.1.0
package lapse.alert_rules["static-key-used-after-swap"]

import data.lapse.lib.audit

finding contains {
	"id": "static-key-used-after-swap",
	"subject": audit.subject,
	"detail": {"target": audit.target, "stage": input.event.detail.stage},
	"evidence": [audit.evidence],
} if {
	input.event.event == "static_key.used"
	input.event.detail.stage in {"swapped", "disabled", "gone"}
}
