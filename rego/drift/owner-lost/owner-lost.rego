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
#   message: "{name} lost its owner {owner}"
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
	"detail": {"name": input.row.name, "owner": drift.changes.owner.before.value},
	"evidence": [drift.evidence],
} if {
	input.row.entity == "principal"
	not drift.changes.owner.after
}
