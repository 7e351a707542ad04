# METADATA
# title: Owner lost
# description: A principal had an owner, and has none any more. From now on nobody answers for it.
# related_resources:
#   - ref: https://owasp.org/www-project-non-human-identities-top-10/2025/1-improper-offboarding/
#     description: OWASP on offboarding
# custom:
#   id: owner-lost
#   nhi: NHI1
#   severity: medium
#   confidence: certain
#   needs: [row]
#   depends_on: []
#   message: "{id} lost its owner"
#   remediation:
#     summary: Name a new owner, or retire the principal.
#     steps:
#       - Ask the team of the former owner.
#       - If nobody takes it, plan its removal.
#   since: 0.1.0
package lapse.drift_rules["owner-lost"]

import data.lapse.lib.drift

finding contains {
	"id": "owner-lost",
	"subject": input.row.id,
	"detail": {"id": input.row.id},
	"evidence": [drift.evidence],
} if {
	input.row.kind == "changed"
	input.row.entity == "principal"
	input.row.field == "owner"
	input.row.before != null
	object.get(input.row, "after", null) == null
}
