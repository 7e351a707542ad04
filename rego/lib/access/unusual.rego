# METADATA
# title: What is unusual
# description: >-
#   Holds a request against what the issuer remembers of its requester at this target (`input.history.earlier`). What
#   is not known counts as unusual.
package lapse.lib.access.unusual

# METADATA
# description: >-
#   Ids of what is unusual - `first-use` of the target by this requester, `first-action` when it never had one of the
#   actions there, `new-source` for an address outside of all networks that it came from, `unusual-hour` when it was
#   never here within an hour of this time of day. `settings` may say from how many uses on hours are telling
#   (`hours_after`), and how wide a network is (`ipv4_prefix`, `ipv6_prefix`).
signs(request, history, now, settings) := _signs(request, history, now, object.union(_usual, settings))

_usual := {"hours_after": 5, "ipv4_prefix": 24, "ipv6_prefix": 48}

_signs(request, history, now, settings) := union({
	{"history-unknown" | not _known(history)},
	{"first-use" | history.first_use == true},
	{"first-action" | some action in request.detail.actions; not _done(action, history)},
	{"new-source" | not _seen(request, history, settings)},
	{"unusual-hour" | not _usual_hour(history, now, settings)},
})

_known(history) if {
	is_boolean(history.first_use)
	is_array(history.earlier.actions)
	is_array(history.earlier.sources)
	count(history.earlier.hours) == 24
}

_done(action, history) if action in history.earlier.actions

_seen(request, history, settings) if {
	some source in history.earlier.sources
	net.cidr_contains(_network(source, settings), request.source_ip)
}

_network(source, settings) := sprintf("%s/%d", [source, settings.ipv6_prefix]) if {
	contains(source, ":")
} else := sprintf("%s/%d", [source, settings.ipv4_prefix])

# Few uses say nothing of habits; the first use is a sign of its own.
_usual_hour(history, _, settings) if history.earlier.uses < settings.hours_after

_usual_hour(history, now, _) if {
	[hour, _, _] := time.clock(time.parse_rfc3339_ns(now))
	some near in {(hour + 23) % 24, hour, (hour + 1) % 24}
	history.earlier.hours[near] > 0
}
