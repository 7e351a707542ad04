# METADATA
# title: Findings
# description: Composes every rule of rego/findings. A rule is a package `lapse.rules[<id>]` with a set `finding`.
# schemas:
#   - input: schema["finding-input"]
package lapse.findings

import data.lapse.lib.reporting

# METADATA
# title: All findings about one subject
# description: Always a set; empty when no rule has anything to say, or when the facts it needs are not there.
# scope: document
# entrypoint: true
all contains reporting.leveled(raw, data.lapse.levels) if {
	some id
	some raw in data.lapse.rules[id].finding
	not endswith(id, "_test")
	not reporting.switched_off(raw, data.lapse.levels)
	not reporting.allowed(raw, data.lapse.allowed)
}
