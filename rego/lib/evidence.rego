# METADATA
# title: Evidence
# description: What a finding rests on. The first entry carries the place where a reader should look.
package lapse.lib.evidence

# METADATA
# description: A fact without a place.
plain(name, value) := {"fact": name, "value": value}

# METADATA
# description: A fact and the first of the places it was read from, if there is any.
at(name, value, locations) := object.union(plain(name, value), _place(locations))

# METADATA
# description: A fact about use, with the source, its date and how far it can be trusted.
of_usage(name, value, usage) := object.union_n([
	plain(name, value),
	{"source": usage.source, "confidence": usage.confidence},
	{"as_of": as_of | as_of := usage.asOf},
])

# METADATA
# description: The first `limit` places of a list, each as evidence of the same fact.
each_place(name, locations, limit) := [
object.union(plain(name, location.path), {"location": location}) |
	some location in array.slice(locations, 0, limit)
]

_place(locations) := {"location": locations[0]} if count(locations) > 0

_place(locations) := {} if count(locations) == 0
