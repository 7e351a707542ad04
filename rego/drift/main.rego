# METADATA
# title: Drift
# description: Composes every rule of rego/drift. A rule is a package `lapse.drift_rules[<id>]` with a set `finding`.
# schemas:
#   - input: schema["drift-input"]
package lapse.drift

import data.lapse.lib.reporting

# METADATA
# title: All that there is to say of one change between two points in time
# description: Always a set; empty when no rule has anything to say.
# scope: document
# entrypoint: true
all contains reporting.leveled(raw, data.lapse.levels) if {
	some id
	some raw in data.lapse.drift_rules[id].finding
	not endswith(id, "_test")
	not reporting.switched_off(raw, data.lapse.levels)
	not reporting.allowed(raw, data.lapse.allowed, input.now)
}
