# METADATA
# title: When access would begin
# description: >-
#   Access can be asked for ahead (`request.detail.not_before`). Windows and freezes are about the time in which it is
#   used, not about the time at which somebody asks.
package lapse.lib.access.moments

# METADATA
# description: The start that is asked for, or now where that is later or nothing is asked.
start(request, now) := request.detail.not_before if {
	time.parse_rfc3339_ns(request.detail.not_before) > time.parse_rfc3339_ns(now)
} else := now
