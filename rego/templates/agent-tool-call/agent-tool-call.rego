# METADATA
# title: Tool calls of AI agents
# description: >-
#   An agent gets what one call of one tool needs - the tool and the person it acts for are in its token, attested by
#   what runs the agent and not by the agent. One action on a few named resources, for minutes, so often and not more.
#   Tools that change something are asked about, and the person the agent acts for cannot be the one who says yes.
# schemas:
#   - input: schema["access-input"]
package custom.access["agent-tool-call"]

import data.lapse.lib.access.requesters
import data.lapse.lib.access.risk
import data.lapse.lib.access.roles
import data.lapse.lib.access.verdict
import data.lapse.lib.segments

# METADATA
# description: What this policy says of agents that ask for its targets. Of everything else it says nothing.
answer := verdict.of(_refusals, _grounds, set(), _settings) if {
	input.target.id in _settings.targets
	some agent in _settings.agents
	requesters.fits(agent, input.request.requester)
}

_settings := data.custom.access["agent-tool-call"].settings

_claims := input.request.requester.claims

_tool := _settings.tools[_claims[_settings.tool_claim]]

_refusals contains "tool-not-allowed" if not _tool_permitted

_refusals contains "user-not-allowed" if not _for_a_known_user

_refusals contains "user-not-owner" if not _user_counts_as_requester

_refusals contains "one-action" if not _one_action

_refusals contains "resources-not-named" if not _few_resources

_refusals contains "too-often" if not _seldom

# An agent does what text tells it; a target that could make it administrator is not for agents.
_refusals contains ground if {
	some ground in risk.grounds(object.get(input, "risk", null), object.get(_settings, "findings", []))
	ground != "requester-unknown"
}

_tool_permitted if {
	role := {"tool": {"members": _settings.agents, "permits": _tool.permits}}
	roles.permit(role, input.request.requester, input.request.detail)
}

_for_a_known_user if {
	some pattern in _settings.users
	segments.match(pattern, _claims[_settings.user_claim])
}

# `owners_from` of the trust rule must name the claim too: else the person could approve the agent's request.
_user_counts_as_requester if _claims[_settings.user_claim] in input.request.requester.owners

_one_action if count(input.request.detail.actions) == 1

_few_resources if {
	count(input.request.detail.resources) > 0
	count(input.request.detail.resources) <= _settings.most_resources
	every resource in input.request.detail.resources {
		not contains(resource, "*")
	}
}

_seldom if input.history.recent_requests < _settings.most_requests_per_hour

# A tool is called without a person only where it says so.
_grounds contains "tool-asks" if not _automatic

_automatic if _tool.automatic == true
