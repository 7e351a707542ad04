# METADATA
# title: Who may become the principal at hand
# description: Trusts by which somebody else becomes the principal, as the principal's own side declares them.
# schemas:
#   - input: schema["finding-input"]
package lapse.lib.trusts

# METADATA
# description: What the principal's own trust policy allows; a claim by the other side decides nothing.
declared_by_target := [trust |
	some trust in input.trusts_in
	trust.declaredBy == "target"
	trust.effect == "allow"
]

# METADATA
# description: Nothing but the name of the trusted narrows it.
# scope: document
unconditional(trust) if not trust.condition

unconditional(trust) if count(trust.condition) == 0
