# METADATA
# title: The answer of an access policy
# description: >-
#   What `custom.access["<id>"].answer` is made of. A refusal wins over everything, a ground to ask over an allow. A
#   policy that concerns a request should always answer it: one that says nothing is not heard.
package lapse.lib.access.verdict

# METADATA
# description: >-
#   The answer from reasons to refuse, reasons to ask a person, remarks that go with an allow, and the policy's limits
#   `{max_ttl, approvals, source_cidrs, notify, accepts, narrower, pending_ttl}`. Without `max_ttl`, nothing is granted.
of(refusals, grounds, remarks, limits) := {
	"effect": "deny",
	"reasons": sort(refusals),
} if {
	count(refusals) > 0
} else := {"effect": "deny", "reasons": ["settings-incomplete"]} if {
	not _lasts(limits)
} else := object.union(_granted(limits), {
	"effect": "escalate",
	"reasons": sort(grounds | remarks),
}) if {
	count(grounds) > 0
} else := object.union(_granted(limits), {
	"effect": "allow",
	"reasons": sort(remarks),
})

_lasts(limits) if limits.max_ttl > 0

_granted(limits) := object.union(_of_every_grant(limits), object.filter(limits, ["narrower", "pending_ttl"]))

_of_every_grant(limits) := {
	"max_ttl": limits.max_ttl,
	"approvals": object.get(limits, "approvals", []),
	"source_cidrs": object.get(limits, "source_cidrs", []),
	"notify": object.get(limits, "notify", []),
	"accepts": object.get(limits, "accepts", []),
}
