# METADATA
# title: Time
# description: >-
#   Ages in whole days. The only clock is `input.now`; a date that is absent makes an age undefined, never zero.
package lapse.lib.clock

_nanoseconds_per_day := ((24 * 60) * 60) * 1000000000

# METADATA
# description: Whole days from one RFC 3339 time to another; negative when `from` is the later one.
days_between(from, to) := floor((time.parse_rfc3339_ns(to) - time.parse_rfc3339_ns(from)) / _nanoseconds_per_day)

# METADATA
# description: >-
#   The moment up to which a usage record can speak. An export that is three months old says nothing of the three months
#   since, so idleness is measured to the day of the export where that is known.
as_of(usage, now) := object.get(usage, "asOf", now)

# METADATA
# description: >-
#   Days without use, as far as the source can tell. Undefined when use is unknown or when there was none at all.
idle_days(usage, now) := days_between(usage.lastUsedAt, as_of(usage, now))

# METADATA
# description: Days of existence without any use. Undefined unless the source tracks use and says that there was none.
unused_days(thing, usage, now) := days_between(thing.createdAt, as_of(usage, now)) if usage.never == true

# METADATA
# description: >-
#   Calendar years from one time to another. Dates as far away as "never" is written at some providers cannot be counted
#   in days.
years_between(from, to) := to_number(substring(to, 0, 4)) - to_number(substring(from, 0, 4))
