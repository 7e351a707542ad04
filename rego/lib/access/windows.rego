# METADATA
# title: Time windows and freezes
# description: >-
#   Windows are `{days, from, until, timezone}` with days as `mon` … `sun`, local times as `08:00`, and a zone such as
#   `Europe/Berlin`. One whose end is not after its beginning ends on the next day, and belongs to the day on which it
#   began. What a window leaves out, it is never inside of.
package lapse.lib.access.windows

_days := ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

# METADATA
# description: The moment is inside one of the windows. Without windows, it is inside none.
inside(windows, now) if {
	some window in windows
	local := [time.parse_rfc3339_ns(now), window.timezone]
	[hour, minute, _] := time.clock(local)
	today := lower(substring(time.weekday(local), 0, 3))
	_holds(window, today, (hour * 60) + minute)
}

_holds(window, today, at) if {
	from := _minutes(window.from)
	until := _minutes(window.until)
	from < until
	today in window.days
	at >= from
	at < until
}

_holds(window, today, at) if {
	from := _minutes(window.from)
	from >= _minutes(window.until)
	today in window.days
	at >= from
}

_holds(window, today, at) if {
	until := _minutes(window.until)
	_minutes(window.from) >= until
	_before(today) in window.days
	at < until
}

# By name and not by 24 hours: a day has 23 or 25 of them twice a year.
_before(today) := _days[(place + 6) % 7] if {
	some place, day in _days
	day == today
}

_minutes(clock) := (to_number(hour) * 60) + to_number(minute) if [hour, minute] := split(clock, ":")

# METADATA
# description: >-
#   Freezes `{id, from, until, targets, environments}` that hold at this moment for this target. One that names neither
#   targets nor environments holds for all; a target whose environment is not known is in every environment. A freeze
#   whose times cannot be read holds.
holding(freezes, now, target) := {freeze |
	some freeze in freezes
	_concerns(freeze, target)
	not _over(freeze, now)
}

_over(freeze, now) if _nanoseconds(now) < _nanoseconds(freeze.from)

_over(freeze, now) if _nanoseconds(now) >= _nanoseconds(freeze.until)

# A time that does not parse would be an error, which is a deny of everything; here it is a freeze without end.
_nanoseconds(moment) := time.parse_rfc3339_ns(moment) if regex.match(_moment, moment)

_moment := `^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$`

_concerns(freeze, _) if {
	count(object.get(freeze, "targets", [])) == 0
	count(object.get(freeze, "environments", [])) == 0
}

_concerns(freeze, target) if target.id in object.get(freeze, "targets", [])

_concerns(freeze, target) if {
	count(object.get(freeze, "environments", [])) > 0
	object.get(target, "environment", null) in {null, "", "unknown"}
}

_concerns(freeze, target) if target.environment in object.get(freeze, "environments", [])
