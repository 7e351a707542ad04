# METADATA
# title: Unusual rate
# description: >-
#   A requester got many times more leases within an hour than it usually does. Usual is the average of two weeks.
# related_resources:
#   - ref: https://csf.tools/reference/nist-sp-800-53/r5/ac/ac-2/ac-2-12/
#     description: NIST SP 800-53 AC-2(12), account monitoring for atypical usage
# custom:
#   id: unusual-rate
#   nhi: NHI2
#   severity: medium
#   confidence: evidence
#   needs: [event, history.habits]
#   depends_on: []
#   message: "{who} got {count} leases within an hour; {usual} are usual"
#   remediation:
#     summary: Find out whether something goes in a circle, or somebody helps themselves.
#     steps:
#       - Look at what runs under this identity.
#       - Revoke its leases with `lapse revoke` if nobody knows, and lower its quotas.
#   since: 0.1.0
package lapse.alert_rules["unusual-rate"]

import data.lapse.lib.audit

finding contains {
	"id": "unusual-rate",
	"subject": input.event.actor,
	"detail": {"who": input.event.actor, "count": _habits.recent_leases, "usual": round(_habits.usual_leases)},
	"evidence": [audit.evidence],
} if {
	input.event.event == "lease.active"
	_habits.usual_leases > 0
	_habits.recent_leases >= data.lapse.thresholds.leases_to_alert
	_habits.recent_leases >= _habits.usual_leases * data.lapse.thresholds.unusual_rate_factor
}

_habits := input.history.habits
