# METADATA
# title: Networks
# description: Lists of CIDR blocks. An empty list means that nothing is said, not that nothing is allowed.
package lapse.lib.networks

# METADATA
# description: The address is in one of the blocks, or there are none.
# scope: document
admits(cidrs, address) if {
	some cidr in cidrs
	net.cidr_contains(cidr, address)
}

admits(cidrs, _) if count(cidrs) == 0

# METADATA
# description: >-
#   The blocks that every list allows. Two blocks are nested or apart, never across each other's edge, so the overlap of
#   lists is made of those blocks of theirs that lie inside a block of every other list.
overlap(lists) := {narrow |
	some list in lists
	some narrow in list
	every other in lists {
		_covers(other, narrow)
	}
}

_covers(cidrs, _) if count(cidrs) == 0

_covers(cidrs, narrow) if {
	some cidr in cidrs
	net.cidr_contains(cidr, narrow)
}
