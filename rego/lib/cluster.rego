# METADATA
# title: Risky permissions of a cluster
# description: >-
#   What src/iam/kubernetes says of rights that reach further than they look, brought together for rules that each speak
#   of several.
# schemas:
#   - input: schema["finding-input"]
package lapse.lib.cluster

import data.lapse.lib.answers

# METADATA
# description: >-
#   Those of the named permissions (without `k8s-risky-`) that the principal at hand has or may have, as one - what they
#   are, how certain the firmest is, and the grants behind them. Undefined when there are none, and of workloads, which
#   have what their account has.
risk(names) := {
	"what": concat("; ", sort({privilege.what | some privilege in found})),
	"answer": answers.firmest({privilege.answer | some privilege in found}),
	"grants": sort({id | some privilege in found; some id in privilege.grants}),
} if {
	input.type == "principal"
	input.principal.platform == "kubernetes"
	input.principal.kind != "workload"
	found := [privilege |
		some privilege in input.effective.privileges
		trim_prefix(privilege.id, "k8s-risky-") in names
		answers.shown(privilege.answer)
	]
	count(found) > 0
}
