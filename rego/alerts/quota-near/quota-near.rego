# METADATA
# title: Quota nearly used up
# description: >-
#   The leases of a requester, a target or the whole issuer come near their limit. At the limit, requests are refused.
# related_resources:
#   - ref: https://owasp.org/API-Security/editions/2023/en/0xa4-unrestricted-resource-consumption/
#     description: OWASP on resource consumption
# custom:
#   id: quota-near
#   nhi: NHI5
#   severity: low
#   confidence: certain
#   needs: [event, history.quotas]
#   depends_on: []
#   message: "{used} of {limit} leases of {whose} are in use"
#   remediation:
#     summary: Find out whether they are given back too late or the limit is too low.
#     steps:
#       - Look at `lapse leases`.
#       - Ask for shorter leases, or hand them back with `lapse revoke` when the work is done.
#       - Raise the limit in `issuer.quotas`.
#   since: 0.1.0
package lapse.alert_rules["quota-near"]

import data.lapse.lib.audit

finding contains {
	"id": "quota-near",
	"subject": _names[whose],
	"case": whose,
	"detail": {"key": whose, "whose": _names[whose], "used": quota.used, "limit": quota.limit},
	"evidence": [audit.evidence],
} if {
	input.event.event == "lease.active"
	some whose, quota in input.history.quotas
	quota.used * 100 >= quota.limit * data.lapse.thresholds.quota_near_percent
}

_names := {"requester": input.event.actor, "target": audit.target, "issuer": "this issuer"}
