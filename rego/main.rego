# METADATA
# title: Findings
# description: Composes every rule of rego/findings. A rule is a package `lapse.rules[<id>]` with a set `finding`.
# schemas:
#   - input: schema["finding-input"]
package lapse.findings

import data.lapse.lib.reporting
import data.lapse.lib.settings

# METADATA
# title: All findings about one subject
# description: Always a set; empty when no rule has anything to say, or when the facts it needs are not there.
# scope: document
# entrypoint: true
all contains reporting.leveled(reporting.told(raw, data.lapse.allowed, input.now), settings.levels(raw)) if {
	some id
	some raw in data.lapse.rules[id].finding
	not endswith(id, "_test")
	not reporting.switched_off(raw, settings.levels(raw))
	not reporting.allowed(raw, data.lapse.allowed, input.now)
}
