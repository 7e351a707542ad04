# METADATA
# title: Static keys on their way out
# description: >-
#   Whoever still presents a bound static key gets a lease for what the key was used for, from where it was used, while
#   the swap lasts. From a first date on somebody is asked each time, from a second on the answer is no. Each lease says
#   so to those who have to finish the swap.
# schemas:
#   - input: schema["access-input"]
package custom.access["key-swap"]

import data.lapse.lib.access.roles
import data.lapse.lib.access.unusual
import data.lapse.lib.access.verdict
import data.lapse.lib.networks
import data.lapse.lib.segments

# METADATA
# description: What this policy says of static keys. Of everybody else it says nothing.
answer := verdict.of(_refusals, _grounds, {"static-key"}, object.union(_settings, _swap)) if {
	input.request.requester.kind == "static-key"
	input.target.id in _settings.targets
}

_settings := data.custom.access["key-swap"].settings

_history := object.get(input, "history", {})

# The swap that the key belongs to, by the secret's id in the inventory. Of several, none.
default _swap := {}

_swap := swap if {
	swaps := [entry |
		some entry in _settings.swaps
		some pattern in entry.secrets
		segments.match(pattern, input.request.requester.subject)
	]
	count(swaps) == 1
	swap := swaps[0]
}

_refusals contains "no-swap" if _swap == {}

_refusals contains "role-missing" if not _permitted

_refusals contains "source-not-allowed" if not _from_its_network

_refusals contains "swap-overdue" if not _before_its_end

_permitted if {
	role := {"swap": {"members": [{"kind": "static-key"}], "permits": _swap.permits}}
	roles.permit(role, input.request.requester, input.request.detail)
}

_from_its_network if {
	count(_swap.source_cidrs) > 0
	networks.admits(_swap.source_cidrs, input.request.source_ip)
}

_before_its_end if time.parse_rfc3339_ns(input.now) < time.parse_rfc3339_ns(_swap.refuse_from)

_grounds contains "swap-due" if not _before_its_time

_before_its_time if time.parse_rfc3339_ns(input.now) < time.parse_rfc3339_ns(_swap.ask_from)

# A key that is on its way out is not taken up by somebody new.
_grounds contains sign if {
	some sign in unusual.signs(input.request, _history, input.now, object.get(_settings, "unusual", {}))
	not _tolerated(sign)
}

_tolerated(sign) if sign in _settings.tolerate
