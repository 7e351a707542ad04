# METADATA
# title: Agent that takes any server of a project
# description: >-
#   An AI agent starts every MCP server that a project's own file names, without asking once. Whoever gets a line into
#   that file, in a pull request or a repository that somebody tries out, runs a program as the person who opens it.
# related_resources:
#   - ref: https://modelcontextprotocol.io/specification/2025-06-18/basic/security_best_practices
#     description: MCP on security
#   - ref: https://code.claude.com/docs/en/settings
#     description: Claude Code on settings
# custom:
#   id: agent-trusts-project-servers
#   nhi: NHI3
#   severity: medium
#   confidence: certain
#   platforms: [mcp]
#   needs: [principal.attributes.all_project_servers]
#   depends_on: []
#   controls:
#     nist_800_53_r5: [CM-7, SI-7, SR-3]
#     soc2_2017: [CC6.8, CC9.2]
#     iso_27001_2022: [A.5.21, A.8.9]
#   message: "the agent {principal} starts every server that a project names"
#   remediation:
#     summary: Approve servers one by one.
#     steps:
#       - "Take `enableAllProjectMcpServers` away."
#       - "List the servers that are known (`enabledMcpjsonServers`), or let the organization manage them."
#       - Give servers keys that are leased for the session.
#   since: 0.1.0
package lapse.rules["agent-trusts-project-servers"]

import data.lapse.lib.evidence

finding contains {
	"id": "agent-trusts-project-servers",
	"subject": input.principal.id,
	"detail": {"principal": input.principal.name},
	"evidence": [evidence.at("enableAllProjectMcpServers", true, input.principal.locations)],
} if {
	input.type == "principal"
	input.principal.platform == "mcp"
	input.principal.kind == "agent"
	input.principal.attributes.all_project_servers == true
}
