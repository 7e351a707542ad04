# METADATA
# title: Swap went backwards
# description: >-
#   A static key that was on its way out came back a stage, or was switched on again at its provider. The old way in is
#   open again.
# related_resources:
#   - ref: https://owasp.org/www-project-non-human-identities-top-10/2025/7-long-lived-secrets/
#     description: OWASP on long-lived secrets
# custom:
#   id: swap-went-backwards
#   nhi: NHI7
#   severity: high
#   confidence: certain
#   needs: [row]
#   depends_on: []
#   message: "{name} went back from {before} to {after}"
#   remediation:
#     summary: Find out who needed the old key again, and let that use a lease.
#     steps:
#       - Ask who moved it, and what had failed.
#       - Correct the access rule or the workload, and go on with the swap.
#   since: 0.1.0
package lapse.drift_rules["swap-went-backwards"]

import data.lapse.lib.drift

finding contains {
	"id": "swap-went-backwards",
	"subject": input.row.id,
	"detail": {"name": input.row.name, "before": _step.before, "after": _step.after},
	"evidence": [drift.evidence],
} if {
	_step
}

_step := drift.changes.stage if {
	input.row.entity == "swap"
	_stages[drift.changes.stage.after] < _stages[drift.changes.stage.before]
} else := drift.changes.status if {
	input.row.entity == "credential"
	drift.changes.status.before == "inactive"
	drift.changes.status.after == "active"
}

_stages := {"planned": 0, "bound": 1, "swapped": 2, "disabled": 3, "gone": 4}
