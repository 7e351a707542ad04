# METADATA
# title: Break-glass
# description: >-
#   Emergency access without prior approval, at targets that exist for emergencies only. It takes `lapse break-glass` of
#   a person on the list who has just signed in, a reason and an open incident; it is over in minutes, cannot be had again and again, and
#   says so loudly - in the answer, in the audit log, as an alert, and to everybody under `notify`.
# schemas:
#   - input: schema["access-input"]
package custom.access["break-glass"]

import data.lapse.lib.access.roles
import data.lapse.lib.access.tickets
import data.lapse.lib.access.verdict

# METADATA
# description: What this policy says of everybody who asks for its targets. Of everything else it says nothing.
answer := verdict.of(_refusals, set(), {"break-glass"}, object.union(_settings, {"accepts": _accepted})) if {
	input.target.id in _settings.targets
}

_settings := data.custom.access["break-glass"].settings

# Grounds to ask somebody that an emergency passes over. They stay in the answer.
_accepted := ["break-glass", "change-freeze", "recent-denials", "requester-admin", "requester-findings", "target-admin"]

# Nobody breaks the glass by accident: it takes `lapse break-glass`, which opens a review as well.
_refusals contains "break-glass-not-declared" if not input.request.detail.break_glass

_refusals contains "not-a-person" if not _person

_refusals contains "role-missing" if not _permitted

_refusals contains "sign-in-again" if not _just_signed_in

_refusals contains "reason-required" if not _reasoned

_refusals contains "incident-required" if not _incident

_refusals contains "too-often" if not _seldom

_permitted if roles.permit(_settings.roles, input.request.requester, input.request.detail)

_person if input.request.requester.kind == "operator"

# Not in the future either: seconds since 1970, as OpenID Connect has it.
_just_signed_in if {
	age := (time.parse_rfc3339_ns(input.now) / 1000000000) - input.request.requester.claims.auth_time
	age >= -60
	age <= _settings.sign_in_age
}

_reasoned if count(trim_space(input.request.detail.reason)) >= _settings.reason_length

_incident if {
	tickets.good(input.request.detail.ticket, data.custom.tickets, _settings.ticket, input.target, input.now)
}

_seldom if input.history.recent_requests < _settings.most_requests_per_hour
