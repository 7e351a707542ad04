# METADATA
# title: Standing privilege added
# description: >-
#   Between two points in time somebody was given administration, or a grant of everything, that holds all the time.
#   This is the number that should only ever go down.
# related_resources:
#   - ref: https://owasp.org/www-project-non-human-identities-top-10/2025/5-overprivileged-nhi/
#     description: OWASP on overprivileged identities
# custom:
#   id: standing-privilege-added
#   nhi: NHI5
#   severity: high
#   confidence: evidence
#   needs: [row]
#   depends_on: []
#   message: "standing privilege added: {name}"
#   remediation:
#     summary: Replace it by a lease with an approval.
#     steps:
#       - Find the change that brought it, and ask its author what it is for.
#       - Make the access a target of lapse, and take the grant back.
#   since: 0.1.0
package lapse.drift_rules["standing-privilege-added"]

import data.lapse.lib.drift

finding contains {
	"id": "standing-privilege-added",
	"subject": input.row.id,
	"detail": {"name": input.row.name, "rule": input.row.body.rule},
	"evidence": [drift.evidence],
} if {
	drift.appeared
	input.row.entity == "finding"
	input.row.body.rule in data.lapse.standing_rules
}
