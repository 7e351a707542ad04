# METADATA
# title: Revocation fails
# description: >-
#   A lease that must go could not be taken back at its target. The issuer goes on trying; until it succeeds, or the
#   native expiry passes, a credential may be alive past its time.
# related_resources:
#   - ref: https://datatracker.ietf.org/doc/html/rfc7009
#     description: RFC 7009, token revocation
# custom:
#   id: revocation-failing
#   nhi: NHI1
#   severity: high
#   confidence: certain
#   needs: [event]
#   depends_on: []
#   message: "lease {lease} could not be taken back from {target} after {attempts} attempts: {error}"
#   remediation:
#     summary: Make the target reachable for the issuer, or remove the object there by hand.
#     steps:
#       - Look at the health of the target and at the rights of the issuer's own role there.
#       - Remove the object of the lease's external name by hand; the issuer notices.
#   since: 0.1.0
package lapse.alert_rules["revocation-failing"]

import data.lapse.lib.audit

finding contains {
	"id": "revocation-failing",
	"subject": audit.subject,
	"case": _level_case,
	"detail": {
		"lease": object.get(input.event, "lease", "unknown"),
		"target": audit.target,
		"attempts": object.get(input.event.detail, "attempts", 1),
		"error": object.get(input.event.detail, "error", "unknown"),
	},
	"evidence": [audit.evidence],
} if {
	input.event.event == "lease.revoke_failed"
}

default _level_case := "default"

_level_case := "persistent" if input.event.detail.attempts >= data.lapse.thresholds.revoke_attempts_persistent
