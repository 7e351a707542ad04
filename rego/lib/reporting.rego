# METADATA
# title: From what a rule says to what is reported
# description: Applies levels and allow-lists, which are data, so that rules stay free of both.
package lapse.lib.reporting

import data.lapse.lib.segments

# METADATA
# description: >-
#   A finding with the level that data gives to its case. Without one the rule's METADATA has the level, and the finding
#   says none.
leveled(raw, levels) := object.union(object.remove(raw, ["case"]), {"severity": level | level := _level(raw, levels)})

# METADATA
# description: Data silences this rule, or this case of it.
switched_off(raw, levels) if _level(raw, levels) == "off"

# METADATA
# description: >-
#   An allow-list entry names this rule and fits the subject, which begins with the entry's prefix if it has one.
allowed(raw, entries) if {
	some entry in entries
	raw.id in entry.rules
	prefix := object.get(entry, "prefix", "")
	startswith(raw.subject, prefix)
	some pattern in entry.subjects
	segments.match(pattern, trim_prefix(raw.subject, prefix))
}

_level(raw, levels) := levels[raw.id][object.get(raw, "case", "default")]
