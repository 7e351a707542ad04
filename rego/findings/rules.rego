# METADATA
# title: Findings
# description: >-
#   One package for each rule. The schema below holds for all of them, so that a misspelt field is a type error.
# scope: subpackages
# schemas:
#   - input: schema["finding-input"]
package lapse.rules
