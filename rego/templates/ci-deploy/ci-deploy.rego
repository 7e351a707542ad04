# METADATA
# title: Deploys from CI
# description: >-
#   Jobs of named workflows get what their role permits, for minutes, without a person - as long as the token says which
#   branch, environment and runner they come from, no change freeze holds, and nothing about the request is unusual.
#   Then release managers are asked; whoever started the job is none of them.
# schemas:
#   - input: schema["access-input"]
package custom.access["ci-deploy"]

import data.lapse.lib.access.moments
import data.lapse.lib.access.requesters
import data.lapse.lib.access.risk
import data.lapse.lib.access.roles
import data.lapse.lib.access.unusual
import data.lapse.lib.access.verdict
import data.lapse.lib.access.windows

# METADATA
# description: What this policy says of workloads that ask for its targets. Of everything else it says nothing.
answer := verdict.of(_refusals, _grounds, set(), _settings) if {
	input.request.requester.kind == "workload"
	input.target.id in _settings.targets
}

_settings := data.custom.access["ci-deploy"].settings

_history := object.get(input, "history", {})

# Every refusal says what must be so, and refuses where it is not, or is not known. What must be so is a rule of its
# own: in `not f(input.a.b)`, a member that is absent would leave the refusal undefined, and let the request pass.

_refusals contains "role-missing" if not _permitted

_refusals contains "claims-missing" if not _attested

_refusals contains "environment-mismatch" if not _in_its_environment

_refusals contains "change-freeze" if not _thawed

_permitted if roles.permit(_settings.roles, input.request.requester, input.request.detail)

_attested if {
	count(_settings.claims) > 0
	requesters.attests(input.request.requester.claims, _settings.claims)
}

_in_its_environment if input.target.environment in _settings.environments

_thawed if count(windows.holding(_settings.freezes, moments.start(input.request, input.now), input.target)) == 0

# Why a person is asked. What is not tolerated by name is asked about.

_grounds contains "action-asks" if {
	some action in input.request.detail.actions
	action in _settings.ask_for_actions
}

_grounds contains sign if {
	some sign in unusual.signs(input.request, _history, input.now, object.get(_settings, "unusual", {}))
	not _tolerated(sign)
}

_grounds contains ground if {
	some ground in risk.grounds(object.get(input, "risk", null), object.get(_settings, "findings", []))
	not _tolerated(ground)
}

_tolerated(sign) if sign in _settings.tolerate
