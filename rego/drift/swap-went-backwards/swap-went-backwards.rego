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
#   message: "{entity} {id} went back from {before} to {after}"
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
	"detail": {
		"entity": input.row.entity,
		"id": input.row.id,
		"before": input.row.before,
		"after": input.row.after,
	},
	"evidence": [drift.evidence],
} if {
	input.row.kind == "changed"
	_went_back
}

_went_back if {
	input.row.entity == "swap"
	input.row.field == "stage"
	_stages[input.row.after] < _stages[input.row.before]
}

_went_back if {
	input.row.entity == "credential"
	input.row.field == "status"
	input.row.before == "inactive"
	input.row.after == "active"
}

_stages := {"planned": 0, "bound": 1, "swapped": 2, "disabled": 3, "gone": 4}
