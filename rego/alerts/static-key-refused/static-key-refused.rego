# METADATA
# title: Static key refused
# description: >-
#   Somebody presented a static key that is not bound, or not for that target, network or time. A key that the inventory
#   knows is a leak in use; one that it does not know may be a guess.
# related_resources:
#   - ref: https://datatracker.ietf.org/doc/html/rfc8693
#     description: RFC 8693, token exchange, by which keys are presented
# custom:
#   id: static-key-refused
#   nhi: NHI2
#   severity: high
#   confidence: certain
#   needs: [event]
#   depends_on: []
#   message: "a static key was refused at {target}: {reason}"
#   remediation:
#     summary: Find out who holds the key, and revoke it unless its use was meant.
#     steps:
#       - Look at the source address and at `lapse show` of the secret.
#       - Bind the key with `lapse swap` if this was its owner, otherwise revoke it at its provider.
#   since: 0.1.0
package lapse.alert_rules["static-key-refused"]

import data.lapse.lib.audit

finding contains {
	"id": "static-key-refused",
	"subject": audit.subject,
	"case": _level_case,
	"detail": {"target": audit.target, "reason": object.get(input.event.detail, "reason", "no reason given")},
	"evidence": [audit.evidence],
} if {
	input.event.event == "static_key.refused"
}

default _level_case := "default"

_level_case := "unknown_key" if input.event.detail.reason == "unknown"
