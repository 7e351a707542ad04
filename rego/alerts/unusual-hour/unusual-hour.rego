# METADATA
# title: Unusual hour
# description: >-
#   A requester that has used this target often got a lease at an hour of the day at which it never did, nor in the hour
#   before or after. Hours are in UTC.
# related_resources:
#   - ref: https://csf.tools/reference/nist-sp-800-53/r5/ac/ac-2/ac-2-12/
#     description: NIST SP 800-53 AC-2(12), account monitoring for atypical usage
# custom:
#   id: unusual-hour
#   nhi: NHI2
#   severity: low
#   confidence: evidence
#   needs: [event, history.habits]
#   depends_on: []
#   message: "{who} got a lease at {target} at {hour}:00 UTC, when it never does"
#   remediation:
#     summary: Find out what started it.
#     steps:
#       - Compare with schedules and with what was deployed lately.
#       - Revoke the lease with `lapse revoke` if nobody started it, and give the access rule a window.
#   since: 0.1.0
package lapse.alert_rules["unusual-hour"]

import data.lapse.lib.audit

finding contains {
	"id": "unusual-hour",
	"subject": input.event.actor,
	"detail": {"key": audit.target, "who": input.event.actor, "target": audit.target, "hour": _hour},
	"evidence": [audit.evidence],
} if {
	input.event.event == "lease.active"
	input.history.habits.uses >= data.lapse.thresholds.uses_to_know_hours
	every near in [(_hour + 23) % 24, _hour, (_hour + 1) % 24] {
		input.history.habits.hours[near] == 0
	}
}

_hour := time.clock(time.parse_rfc3339_ns(input.event.at))[0]
