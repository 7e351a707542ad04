# METADATA
# title: From what a rule says to what is reported
# description: Applies levels and exceptions, which are data, so that rules stay free of both.
package lapse.lib.reporting

import data.lapse.lib.segments

# METADATA
# description: >-
#   A finding with the level that data gives to its case, or to its whole rule. Without one the rule's METADATA has the
#   level, and the finding says none.
leveled(raw, levels) := object.union(object.remove(raw, ["case"]), {"severity": level | level := _level(raw, levels)})

# METADATA
# description: Data silences this rule, or this case of it.
switched_off(raw, levels) if _level(raw, levels) == "off"

# METADATA
# description: >-
#   An exception that holds today names this rule and fits the subject, which begins with the entry's prefix if it has
#   one.
allowed(raw, entries, now) if {
	some entry in entries
	_names(entry, raw)
	not _ended(entry, now)
}

# METADATA
# description: >-
#   What of a finding tells that an exception covered it until its time was over: whoever granted it is asked again.
told(raw, entries, now) := object.union(raw, {"evidence": array.concat(object.get(raw, "evidence", []), [ended |
	some name, entry in entries
	_names(entry, raw)
	_ended(entry, now)
	ended := {
		"fact": "exception that has expired",
		"value": object.union({"exception": name}, object.filter(entry, ["owner", "expires"])),
	}
])})

_names(entry, raw) if {
	raw.id in entry.rules
	prefix := object.get(entry, "prefix", "")
	startswith(raw.subject, prefix)
	some pattern in entry.subjects
	segments.match(pattern, trim_prefix(raw.subject, prefix))
}

# To the end of its last day (UTC), as the baseline's entries. Days in this form sort as they follow each other.
_ended(entry, now) if entry.expires < substring(now, 0, 10)

_level(raw, levels) := _of_case(levels[raw.id], object.get(raw, "case", "default"))

_of_case(level, _) := level if is_string(level)

_of_case(level, name) := level[name] if is_object(level)
