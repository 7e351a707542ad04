# METADATA
# title: People at a production database
# description: >-
#   A signed-in person with a role, a reason and an approved ticket reads during office hours without waiting; at other
#   hours a colleague says yes. Writing always takes a quorum of two groups and is over sooner, and there is none in a
#   change freeze. Nobody holds leases at once that belong into different hands.
# schemas:
#   - input: schema["access-input"]
package custom.access["production-database"]

import data.lapse.lib.access.moments
import data.lapse.lib.access.risk
import data.lapse.lib.access.roles
import data.lapse.lib.access.tickets
import data.lapse.lib.access.unusual
import data.lapse.lib.access.verdict
import data.lapse.lib.access.windows

# METADATA
# description: What this policy says of people who ask for its targets. Of everything else it says nothing.
answer := verdict.of(_refusals, _grounds, set(), _limits) if {
	input.request.requester.kind == "operator"
	input.target.id in _settings.targets
}

_settings := data.custom.access["production-database"].settings

_history := object.get(input, "history", {})

# What is not known to be reading is writing.
_writes if {
	some action in input.request.detail.actions
	not _reads(action)
}

_reads(action) if action in _settings.read_actions

# Without limits for writing there is none.
_limits := object.union(_settings, object.get(_settings, "writing", {"max_ttl": 0})) if _writes

_limits := _settings if not _writes

_refusals contains "role-missing" if not _permitted

_refusals contains "reason-required" if not _reasoned

_refusals contains "ticket-not-good" if not _ticketed

_refusals contains "environment-mismatch" if not _in_its_environment

_refusals contains "change-freeze" if {
	_writes
	not _thawed
}

_refusals contains "duties-conflict" if not _duties_apart

_permitted if roles.permit(_settings.roles, input.request.requester, input.request.detail)

_reasoned if count(trim_space(input.request.detail.reason)) >= _settings.reason_length

_ticketed if {
	tickets.good(input.request.detail.ticket, data.custom.tickets, _settings.ticket, input.target, input.now)
}

_in_its_environment if input.target.environment in _settings.environments

_thawed if count(windows.holding(_settings.freezes, moments.start(input.request, input.now), input.target)) == 0

# Of targets that belong into different hands, nobody holds two at once.
_duties_apart if {
	is_array(input.history.held)
	held := {lease.target | some lease in input.history.held}
	apart := {target | some group in _settings.duties; input.target.id in group; some target in group}
	count((held & apart) - {input.target.id}) == 0
}

_grounds contains "writing" if _writes

_grounds contains "outside-hours" if not _in_office_hours

_in_office_hours if windows.inside(_settings.office_hours, moments.start(input.request, input.now))

_grounds contains sign if {
	some sign in unusual.signs(input.request, _history, input.now, object.get(_settings, "unusual", {}))
	not _tolerated(sign)
}

_grounds contains ground if {
	some ground in risk.grounds(object.get(input, "risk", null), object.get(_settings, "findings", []))
	not _tolerated(ground)
}

_tolerated(sign) if sign in _settings.tolerate
