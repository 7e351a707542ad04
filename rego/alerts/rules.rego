# METADATA
# title: Alerts
# description: >-
#   One package for each rule. The schema below holds for all of them, so that a misspelt field is a type error.
# scope: subpackages
# schemas:
#   - input: schema["alert-input"]
package lapse.alert_rules
