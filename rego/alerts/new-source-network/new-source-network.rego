# METADATA
# title: New source network
# description: >-
#   A requester that has used this target before got a lease from a network that it never came from. Networks are
#   compared by /24, of IPv6 by /48.
# related_resources:
#   - ref: https://csf.tools/reference/nist-sp-800-53/r5/ac/ac-2/ac-2-12/
#     description: NIST SP 800-53 AC-2(12), account monitoring for atypical usage
# custom:
#   id: new-source-network
#   nhi: NHI2
#   severity: medium
#   confidence: evidence
#   needs: [event, history.habits]
#   depends_on: []
#   message: "{who} got a lease at {target} from {source}, a network that it never used"
#   remediation:
#     summary: Find out whether the workload has moved.
#     steps:
#       - Compare with what was deployed lately.
#       - Revoke the lease with `lapse revoke` if nobody moved it, and bind the access rule to its networks.
#   since: 0.1.0
package lapse.alert_rules["new-source-network"]

import data.lapse.lib.audit

finding contains {
	"id": "new-source-network",
	"subject": input.event.actor,
	"detail": {
		"key": _network,
		"who": input.event.actor,
		"target": audit.target,
		"source": input.history.source_ip,
	},
	"evidence": [audit.evidence],
} if {
	input.event.event == "lease.active"
	input.history.habits.uses >= data.lapse.thresholds.uses_to_know_networks
	every earlier in input.history.habits.sources {
		not net.cidr_contains(_network, earlier)
	}
}

_network := sprintf("%s/48", [input.history.source_ip]) if contains(input.history.source_ip, ":")

_network := sprintf("%s/24", [input.history.source_ip]) if not contains(input.history.source_ip, ":")
