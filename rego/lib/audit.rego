# METADATA
# title: The audit event at hand
# description: What alerts say of an event, worded once.
# schemas:
#   - input: schema["alert-input"]
package lapse.lib.audit

# METADATA
# description: What an alert is about - the lease, else the request, else whoever acted.
subject := object.get(input.event, "lease", object.get(input.event, "request", input.event.actor))

# METADATA
# description: The target of the event, for messages.
target := object.get(input.event, "target", "no target")

# METADATA
# description: The event itself, by its place in the chain.
evidence := {
	"fact": input.event.event,
	"value": object.union(input.event.detail, {"chain": input.event.chain, "seq": input.event.seq}),
	"source": "audit",
	"as_of": input.event.at,
	"confidence": "high",
}
