# METADATA
# title: MCP server over plain HTTP
# description: >-
#   An agent talks to an MCP server on another machine without TLS. Whoever is on the way reads what it sends, keys in
#   the headers included, and can answer in place of the server, which the agent then obeys.
# related_resources:
#   - ref: https://modelcontextprotocol.io/specification/2025-06-18/basic/authorization
#     description: MCP on authorization
# custom:
#   id: mcp-server-unencrypted
#   nhi: NHI4
#   severity: medium
#   confidence: certain
#   platforms: [mcp]
#   needs: [principal.attributes.url]
#   depends_on: []
#   controls:
#     nist_800_53_r5: [IA-5(6), SC-8]
#     soc2_2017: [CC6.1, CC6.7]
#     iso_27001_2022: [A.5.14, A.8.24]
#   message: "the server {principal} is reached at {url}, without encryption{keys}"
#   remediation:
#     summary: "Use `https`."
#     steps:
#       - Put the server behind TLS, and change the address.
#       - Replace the key, which has gone over the network in clear.
#       - Sign in by OAuth, with tokens for this server only.
#   since: 0.1.0
package lapse.rules["mcp-server-unencrypted"]

import data.lapse.lib.evidence

finding contains {
	"id": "mcp-server-unencrypted",
	"subject": input.principal.id,
	"case": _case,
	"detail": {"principal": input.principal.name, "url": input.principal.attributes.url, "keys": _keys[_case]},
	"evidence": [evidence.at("url", input.principal.attributes.url, input.principal.locations)],
} if {
	input.type == "principal"
	input.principal.platform == "mcp"
	input.principal.kind == "server"
	not input.principal.enabled == false
	startswith(input.principal.attributes.url, "http://")
	not regex.match(_local, input.principal.attributes.host)
}

_local := `^(?:localhost|[^:]+\.localhost|127\.[0-9.]+|0\.0\.0\.0|\[::1\]|host\.docker\.internal)(?::[0-9]+)?$`

_case := "with_keys" if {
	count(input.credentials) + count(input.principal.attributes.references) > 0
} else := "default"

_keys := {"default": "", "with_keys": ", with keys"}
