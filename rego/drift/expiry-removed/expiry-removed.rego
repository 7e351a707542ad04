# METADATA
# title: Expiry removed
# description: A credential had an end date, and now has none.
# related_resources:
#   - ref: https://owasp.org/www-project-non-human-identities-top-10/2025/7-long-lived-secrets/
#     description: OWASP on long-lived secrets
# custom:
#   id: expiry-removed
#   nhi: NHI7
#   severity: medium
#   confidence: certain
#   needs: [row]
#   depends_on: []
#   message: "{name} does not expire any more; it did on {before}"
#   remediation:
#     summary: Set the end date again, or lease the access.
#     steps:
#       - Find out what broke when the date came near.
#       - Let that obtain a lease, which renews itself.
#   since: 0.1.0
package lapse.drift_rules["expiry-removed"]

import data.lapse.lib.drift

finding contains {
	"id": "expiry-removed",
	"subject": input.row.id,
	"detail": {"name": input.row.name, "before": drift.changes.expiresAt.before},
	"evidence": [drift.evidence],
} if {
	input.row.entity == "credential"
	not drift.changes.expiresAt.after
}
