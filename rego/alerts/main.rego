# METADATA
# title: Alerts
# description: Composes every rule of rego/alerts. A rule is a package `lapse.alert_rules[<id>]` with a set `finding`.
# schemas:
#   - input: schema["alert-input"]
package lapse.alerts

import data.lapse.lib.reporting

# METADATA
# title: All that there is to say of one audit event
# description: Always a set; empty when no rule has anything to say.
# scope: document
# entrypoint: true
all contains reporting.leveled(raw, data.lapse.levels) if {
	some id
	some raw in data.lapse.alert_rules[id].finding
	not endswith(id, "_test")
	not reporting.switched_off(raw, data.lapse.levels)
	not reporting.allowed(raw, data.lapse.allowed, input.now)
}
