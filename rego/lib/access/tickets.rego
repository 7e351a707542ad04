# METADATA
# title: Tickets
# description: >-
#   What the request names as its ticket, held against what is known of tickets -
#   `{<id>: {state, kind, targets, from, until}}`, for example an export of the tracker that a bundle brings as
#   `data.custom.tickets`. Nothing is asked over the network: a decision reads its input and data alone.
package lapse.lib.access.tickets

# METADATA
# description: >-
#   The ticket is known, in one of the states, of one of the kinds, speaks of the target, and holds now. `from` and
#   `until` may be absent in a ticket; everything else must be there.
good(id, tickets, wanted, target, now) if {
	ticket := tickets[id]
	ticket.state in wanted.states
	ticket.kind in wanted.kinds
	target.id in ticket.targets
	not _early(ticket, now)
	not _late(ticket, now)
}

_early(ticket, now) if time.parse_rfc3339_ns(now) < time.parse_rfc3339_ns(ticket.from)

_late(ticket, now) if time.parse_rfc3339_ns(now) >= time.parse_rfc3339_ns(ticket.until)
