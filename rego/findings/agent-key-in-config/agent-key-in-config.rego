# METADATA
# title: "Key in an agent's configuration"
# description: >-
#   A key is written out in the configuration of an AI agent or of an MCP server. It lies in a file that is committed,
#   copied and read by the agent itself, and it is mostly a personal one that never expires.
# related_resources:
#   - ref: https://modelcontextprotocol.io/specification/2025-06-18/basic/security_best_practices
#     description: MCP on security
#   - ref: https://owasp.org/www-project-non-human-identities-top-10/2025/2-secret-leakage/
#     description: OWASP on leakage of secrets
# custom:
#   id: agent-key-in-config
#   nhi: NHI2
#   severity: high
#   confidence: certain
#   platforms: [mcp]
#   needs: [credential.kind]
#   depends_on: []
#   controls:
#     nist_800_53_r5: [IA-5(6), IA-5(7)]
#     soc2_2017: [CC6.1]
#     iso_27001_2022: [A.5.17, A.8.12]
#   message: "{name} of {principal} is written out in its configuration"
#   remediation:
#     summary: Refer to the key, and lease it when the agent starts.
#     steps:
#       - "Replace the value by a reference (`${NAME}`, an input), and start the agent with `lapse exec`."
#       - Revoke the key, since the file has been read by more than you know.
#       - Use a server that signs in by OAuth where there is one.
#   since: 0.1.0
package lapse.rules["agent-key-in-config"]

import data.lapse.lib.evidence
import data.lapse.lib.keys

finding contains {
	"id": "agent-key-in-config",
	"subject": key.id,
	"detail": {
		"principal": input.principal.name,
		"name": object.get(object.get(key, "attributes", {}), "name", keys.label(key.nativeId)),
	},
	"evidence": [evidence.at("written out", key.nativeId, key.locations)],
} if {
	input.type == "principal"
	input.principal.platform == "mcp"
	some key in input.credentials
	key.kind in {"agent-key", "mcp-key"}
	not key.status in {"inactive", "expired"}
}
