# METADATA
# title: Agent that runs any command unasked
# description: >-
#   An AI agent may run any command of the shell without asking. That is every other tool as well: it reads each file
#   and variable of whoever started it, keys among them, and sends them anywhere.
# related_resources:
#   - ref: https://genai.owasp.org/llmrisk/llm062025-excessive-agency/
#     description: OWASP on excessive agency
#   - ref: https://code.claude.com/docs/en/permissions
#     description: Claude Code on permissions
# custom:
#   id: agent-runs-commands-unasked
#   nhi: NHI5
#   severity: medium
#   confidence: certain
#   platforms: [mcp]
#   needs: [grants]
#   depends_on: [agent-approves-everything]
#   controls:
#     nist_800_53_r5: [AC-6, AC-6(8), CM-7]
#     soc2_2017: [CC6.3, CC6.8]
#     iso_27001_2022: [A.8.2, A.8.18]
#   message: "the agent {principal} runs any command unasked: {tools}"
#   remediation:
#     summary: Allow the commands that are meant, and ask for the rest.
#     steps:
#       - Replace the rule by those for the commands that the project needs, such as the tests.
#       - Keep credentials out of the environment that it runs in; let commands lease them.
#       - Run it in a sandbox where it must work alone.
#   since: 0.1.0
package lapse.rules["agent-runs-commands-unasked"]

import data.lapse.lib.evidence

finding contains {
	"id": "agent-runs-commands-unasked",
	"subject": input.principal.id,
	"detail": {"principal": input.principal.name, "tools": sort(_shells)},
	"evidence": [evidence.at("unasked", grant.actions, grant.locations) |
		some grant in _unasked
		count(_open(grant)) > 0
	],
} if {
	input.type == "principal"
	input.principal.platform == "mcp"
	input.principal.kind == "agent"
	count(_shells) > 0
}

_unasked := [grant |
	some grant in input.grants
	grant.effect == "allow"
	not grant.condition
]

_shells := {tool | some grant in _unasked; some tool in _open(grant)}

_open(grant) := {tool |
	some tool in grant.actions
	_any_command(tool)
	not tool in _denied
}

# The tool by its name alone, or with a pattern that fits every command.
_any_command(tool) if tool in data.lapse.shell_tools

_any_command(tool) if {
	[name, pattern] := split(trim_suffix(tool, ")"), "(")
	name in data.lapse.shell_tools
	trim(pattern, "*: ") == ""
}

_denied contains tool if {
	some grant in input.grants
	grant.effect == "deny"
	some tool in grant.actions
}
