# METADATA
# title: Audit log cannot be written somewhere
# description: >-
#   One of the places that receive the audit log does not take events. While one of them works, credentials are still
#   handed out; with none, nothing is.
# related_resources:
#   - ref: https://csrc.nist.gov/pubs/sp/800/92/final
#     description: NIST SP 800-92 on log management
# custom:
#   id: audit-sink-failed
#   nhi: NHI4
#   severity: critical
#   confidence: certain
#   needs: [event]
#   depends_on: []
#   message: "audit sink {sink} does not take events"
#   remediation:
#     summary: Bring the sink back; what it missed is delivered then.
#     steps:
#       - Look at disk space, rights and reachability of the sink.
#       - Verify the chain with `lapse audit verify` afterwards.
#   since: 0.1.0
package lapse.alert_rules["audit-sink-failed"]

import data.lapse.lib.audit

finding contains {
	"id": "audit-sink-failed",
	"subject": audit.subject,
	"detail": {"sink": object.get(input.event.detail, "sink", "unknown")},
	"evidence": [audit.evidence],
} if {
	input.event.event == "audit.sink_failed"
}
