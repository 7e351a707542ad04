# METADATA
# title: Attempt to approve one's own request
# description: >-
#   An operator who counts as the requester tried to approve the request. It was refused; that it was tried is worth a
#   question.
# related_resources:
#   - ref: https://csrc.nist.gov/glossary/term/separation_of_duty
#     description: NIST on separation of duty
# custom:
#   id: self-approval-attempt
#   nhi: NHI10
#   severity: high
#   confidence: certain
#   needs: [event, history.requesting_people]
#   depends_on: []
#   message: "{who} tried to approve a request of their own for {target}"
#   remediation:
#     summary: Ask, and let somebody else answer the request.
#     steps:
#       - Check that the approver group has enough other people.
#       - If the operator knows nothing of it, reset the operator's login.
#   since: 0.1.0
package lapse.alert_rules["self-approval-attempt"]

import data.lapse.lib.audit

finding contains {
	"id": "self-approval-attempt",
	"subject": audit.subject,
	"detail": {"who": input.event.actor, "target": audit.target},
	"evidence": [audit.evidence],
} if {
	_attempted
}

_attempted if {
	input.event.event == "approval.refused"
	input.event.detail.reason == "self"
}

# Should one ever get through, that is the same alarm.
_attempted if {
	input.event.event == "approval.given"
	some person in input.history.requesting_people
	lower(trim_prefix(input.event.actor, "operator:")) == lower(person)
}
