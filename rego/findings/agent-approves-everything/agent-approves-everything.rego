# METADATA
# title: Agent that asks nobody
# description: >-
#   An AI agent may use every tool of every server without asking. What it reads on the way, a ticket, a page, a file
#   of the repository, can tell it what to do with the keys and rights of whoever runs it.
# related_resources:
#   - ref: https://genai.owasp.org/llmrisk/llm062025-excessive-agency/
#     description: OWASP on excessive agency
#   - ref: https://modelcontextprotocol.io/specification/2025-06-18/basic/security_best_practices
#     description: MCP on security
# custom:
#   id: agent-approves-everything
#   nhi: NHI5
#   severity: high
#   confidence: certain
#   platforms: [mcp]
#   needs: [grants]
#   depends_on: []
#   controls:
#     nist_800_53_r5: [AC-6, AC-6(8)]
#     soc2_2017: [CC6.3, CC6.8]
#     iso_27001_2022: [A.5.15, A.8.2]
#   message: "the agent {principal} uses every tool without asking"
#   remediation:
#     summary: Let it ask, and allow the tools that only read.
#     steps:
#       - Set the mode back, and list the few tools that may be used unasked.
#       - Run it in a sandbox without standing credentials where it must work alone.
#       - Let it lease what it needs for the task, with a person who approves.
#   since: 0.1.0
package lapse.rules["agent-approves-everything"]

import data.lapse.lib.evidence

finding contains {
	"id": "agent-approves-everything",
	"subject": input.principal.id,
	"detail": {"principal": input.principal.name},
	"evidence": [evidence.at("unasked", "*", grant.locations) | some grant in _unasked],
} if {
	input.type == "principal"
	input.principal.platform == "mcp"
	input.principal.kind == "agent"
	count(_unasked) > 0
}

_unasked := [grant |
	some grant in input.grants
	grant.effect == "allow"
	"*" in grant.actions
	"*" in grant.resources
	not grant.condition
]
