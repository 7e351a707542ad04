# METADATA
# title: MCP server that is fetched anew each time
# description: >-
#   An MCP server is the newest version of somebody's package, fetched and run each time the agent starts. Whoever can
#   publish it, or takes over its name, runs as the person at the machine, beside the keys that the server is given.
# related_resources:
#   - ref: https://modelcontextprotocol.io/specification/2025-06-18/basic/security_best_practices
#     description: MCP on security
#   - ref: https://owasp.org/www-project-non-human-identities-top-10/2025/3-vulnerable-third-party-nhi/
#     description: OWASP on non-human identities of third parties
# custom:
#   id: mcp-server-unpinned
#   nhi: NHI3
#   severity: medium
#   confidence: certain
#   platforms: [mcp]
#   needs: [principal.attributes.package]
#   depends_on: []
#   controls:
#     nist_800_53_r5: [CM-7, SI-7, SR-3, SR-11]
#     soc2_2017: [CC6.8, CC9.2]
#     iso_27001_2022: [A.5.21, A.8.8]
#   message: "the server {principal} runs whatever {package} is today{keys}"
#   remediation:
#     summary: Pin the version, or the digest of the image.
#     steps:
#       - "Write the version behind the package (`name@1.2.3`), or the digest behind the image."
#       - Let a bot propose updates, so that somebody sees them.
#       - Give it a leased key with the scope of its tools.
#   since: 0.1.0
package lapse.rules["mcp-server-unpinned"]

import data.lapse.lib.evidence

finding contains {
	"id": "mcp-server-unpinned",
	"subject": input.principal.id,
	"case": _case,
	"detail": {"principal": input.principal.name, "package": input.principal.attributes.package, "keys": _keys[_case]},
	"evidence": [evidence.at("package", input.principal.attributes.package, input.principal.locations)],
} if {
	input.type == "principal"
	input.principal.platform == "mcp"
	input.principal.kind == "server"
	not input.principal.enabled == false
	input.principal.attributes.pinned == false
	not _own(input.principal.attributes.package)
}

# A folder of the project itself.
_own(name) if regex.match(`^(?:[./~$]|[A-Za-z]:)`, name)

_case := "with_keys" if {
	count(input.credentials) + count(input.principal.attributes.references) > 0
} else := "default"

_keys := {"default": "", "with_keys": ", beside keys"}
