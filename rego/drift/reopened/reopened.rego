# METADATA
# title: It came back
# description: >-
#   Something that was gone is there again - a secret in a file, a key at its provider, a grant, a finding. Either a fix
#   was undone, or what makes it was never fixed.
# related_resources:
#   - ref: https://owasp.org/www-project-non-human-identities-top-10/2025/1-improper-offboarding/
#     description: OWASP on offboarding
# custom:
#   id: reopened
#   nhi: NHI1
#   severity: medium
#   confidence: certain
#   needs: [row]
#   depends_on: [standing-privilege-added]
#   message: "{entity} came back: {name}"
#   remediation:
#     summary: Fix what makes it, not only what it makes.
#     steps:
#       - Find the change that brought it back.
#       - Remove it from the code, template or pipeline that creates it.
#   since: 0.1.0
package lapse.drift_rules.reopened

import data.lapse.lib.drift

finding contains {
	"id": "reopened",
	"subject": input.row.id,
	"case": input.row.entity,
	"detail": {"entity": input.row.entity, "name": input.row.name},
	"evidence": [drift.evidence],
} if {
	input.row.kind == "reopened"
}
