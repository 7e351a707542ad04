# METADATA
# title: Long-lived key in production
# description: An active key belongs to a principal of production and is older than thirty days.
# custom:
#   id: keys-in-production
#   severity: high
#   message: "{principal} of production has a key that is {days} days old"
#   remediation: Let it lease a credential of a few minutes, or rotate the key.
package custom.rules["keys-in-production"]

import data.lapse.lib.clock
import data.lapse.lib.evidence
import data.lapse.lib.keys

max_days := 30

finding contains {
	"id": "keys-in-production",
	"subject": key.id,
	"detail": {"principal": input.principal.name, "days": days},
	"evidence": [evidence.at("created", key.createdAt, key.locations)],
} if {
	input.principal.environment == "production"
	some key in keys.active
	days := clock.days_between(key.createdAt, input.now)
	days > max_days
}
