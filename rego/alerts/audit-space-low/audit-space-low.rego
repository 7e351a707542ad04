# METADATA
# title: Little room for the audit log
# description: >-
#   Where an audit sink writes there is less free space than it should have. When it is full, and no other durable sink
#   works, no credential is handed out.
# related_resources:
#   - ref: https://csrc.nist.gov/pubs/sp/800/92/final
#     description: NIST SP 800-92 on log management
# custom:
#   id: audit-space-low
#   nhi: NHI4
#   severity: high
#   confidence: certain
#   needs: [event]
#   depends_on: []
#   message: "audit sink {sink} has {free} bytes left"
#   remediation:
#     summary: Make room before the disk is full.
#     steps:
#       - Move rotated files to where they are kept.
#       - Make the file system of the sink larger, or rotate to another one.
#   since: 0.1.0
package lapse.alert_rules["audit-space-low"]

import data.lapse.lib.audit

finding contains {
	"id": "audit-space-low",
	"subject": _sink,
	"detail": {"sink": _sink, "free": object.get(input.event.detail, "free_bytes", "few")},
	"evidence": [audit.evidence],
} if {
	input.event.event == "audit.sink_space_low"
}

_sink := object.get(input.event.detail, "sink", "unknown")
