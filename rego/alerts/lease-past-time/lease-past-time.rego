# METADATA
# title: Lease alive past its time
# description: >-
#   The time of a lease is over and it is not verified that its credential is gone. Where the target knows an expiry of
#   its own it has ended there; elsewhere it may still work.
# related_resources:
#   - ref: https://owasp.org/www-project-non-human-identities-top-10/2025/1-improper-offboarding/
#     description: OWASP on offboarding
# custom:
#   id: lease-past-time
#   nhi: NHI1
#   severity: critical
#   confidence: certain
#   needs: [event]
#   depends_on: []
#   message: "lease {lease} at {target} is past its time and not verified dead"
#   remediation:
#     summary: Make the target reachable for the issuer, or remove the object there by hand.
#     steps:
#       - Look at the error with `lapse leases` and in the log.
#       - Remove the object of the lease's external name by hand; the issuer notices.
#   since: 0.1.0
package lapse.alert_rules["lease-past-time"]

import data.lapse.lib.audit

finding contains {
	"id": "lease-past-time",
	"subject": audit.subject,
	"detail": {"lease": object.get(input.event, "lease", "unknown"), "target": audit.target},
	"evidence": [audit.evidence],
} if {
	input.event.event == "lease.past_time"
}
