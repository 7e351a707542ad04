# METADATA
# title: Thresholds and levels of the subject at hand
# description: >-
#   What data says for all, with what `overrides` says for the environments and owners that the subject belongs to.
#   Where several overrides are about one subject, the strictest word counts, whatever their order: the lowest
#   threshold, the highest level.
# schemas:
#   - input: schema["finding-input"]
package lapse.lib.settings

import data.lapse.lib.environments
import data.lapse.lib.reporting
import data.lapse.lib.segments

# METADATA
# description: Thresholds by name. A rule fires when the value is reached.
# scope: document
thresholds := data.lapse.thresholds if {
	count(_overrides) == 0
} else := object.union(data.lapse.thresholds, {name: strictest |
	some named in _overrides
	some name, _ in named.thresholds
	strictest := min({value | some entry in _overrides; value := entry.thresholds[name]})
})

# METADATA
# description: The levels that a finding about the subject is reported at.
# scope: document
levels(_) := data.lapse.levels if count(_overrides) == 0

levels(raw) := object.union(data.lapse.levels, {raw.id: level |
	levels_said := {level |
		some entry in _overrides
		level := _said(raw, entry.levels)
	}
	count(levels_said) > 0
	level := _strictest(levels_said)
}) if {
	count(_overrides) > 0
}

_said(raw, table) := "off" if reporting.switched_off(raw, table)

_said(raw, table) := reporting.leveled(object.remove(raw, ["severity"]), table).severity if {
	not reporting.switched_off(raw, table)
}

_strictest(said) := [level | some level in ["critical", "high", "medium", "low", "info", "off"]; level in said][0]

# Without any there is nothing to ask of a subject.
_overrides := [entry | some entry in data.lapse.overrides; _about(entry)]

_about(entry) if {
	_in_environments(entry)
	_of_owners(entry)
}

_in_environments(entry) if not entry.environments

_in_environments(entry) if {
	some pattern in entry.environments
	some name in {input.principal.environment, environments.canonical(input.principal.environment)}
	segments.match(pattern, name)
}

_of_owners(entry) if not entry.owners

_of_owners(entry) if {
	some pattern in entry.owners
	segments.match(pattern, input.principal.owner.value)
}
