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
#   message: "standing privilege added: {what} of {id}"
#   remediation:
#     summary: Replace it by a lease with an approval.
#     steps:
#       - Find the change that brought it, and ask its author what it is for.
#       - Make the access a target of lapse, and take the grant back.
#   since: 0.1.0
package lapse.drift_rules["standing-privilege-added"]

import data.lapse.lib.answers
import data.lapse.lib.drift

finding contains {
	"id": "standing-privilege-added",
	"subject": input.row.id,
	"detail": {"id": input.row.id, "what": _what},
	"evidence": [drift.evidence],
} if {
	_what
}

_what := "a grant of everything" if {
	drift.appeared
	input.row.entity == "grant"
	input.row.after.effect == "allow"
	input.row.after.role == "identity"
	_grants_everything
} else := concat(" ", ["finding", input.row.after.rule]) if {
	drift.appeared
	input.row.entity == "finding"
	input.row.after.rule in data.lapse.standing_rules
} else := "administration" if {
	input.row.kind == "changed"
	input.row.entity == "principal"
	input.row.field == "effective.admin"
	not answers.possible(input.row.before)
	answers.possible(input.row.after)
}

_grants_everything if {
	some action in input.row.after.actions
	action in {"*", "*:*", "*:write"}
	some resource in input.row.after.resources
	resource in {"*", "*/*"}
}

# GitHub's write-all reaches the whole repository, whatever it is called.
_grants_everything if "*:write" in input.row.after.actions
