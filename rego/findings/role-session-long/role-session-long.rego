# METADATA
# title: Sessions that last half a day
# description: >-
#   A role hands out sessions of twelve hours, the longest there are. Credentials that leak from a job of minutes
#   work for the rest of the day, and cannot be taken back one by one.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-role-settings.html
#     description: AWS on the session duration of a role
# custom:
#   id: role-session-long
#   nhi: NHI7
#   severity: low
#   confidence: certain
#   platforms: [aws]
#   needs: [principal.attributes.max_session]
#   depends_on: []
#   controls:
#     nist_800_53_r5: [IA-5(13), AC-2(11)]
#     soc2_2017: [CC6.1]
#     iso_27001_2022: [A.5.17]
#   message: "sessions of {principal} last up to {hours} hours"
#   remediation:
#     summary: Shorten sessions to what one job needs; a lease lasts minutes.
#     steps:
#       - Look in the log how long sessions are really used.
#       - Set the maximum to an hour, and let long jobs renew their lease.
#   since: 0.1.0
package lapse.rules["role-session-long"]

import data.lapse.lib.evidence
import data.lapse.lib.settings
import data.lapse.lib.subject

finding contains {
	"id": "role-session-long",
	"subject": input.principal.id,
	"case": subject.level_case,
	"detail": {"principal": subject.label, "hours": floor(_seconds / 3600)},
	"evidence": [evidence.at("longest session in seconds", _seconds, input.principal.locations)],
} if {
	input.type == "principal"
	input.principal.platform == "aws"
	not subject.service_linked
	_seconds >= settings.thresholds.role_session_seconds
}

_seconds := input.principal.attributes.max_session
