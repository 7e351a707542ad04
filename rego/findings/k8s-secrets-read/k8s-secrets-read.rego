# METADATA
# title: Reads secrets of the cluster
# description: >-
#   A principal may get, list or watch Secrets. Each of the three verbs shows their contents, and among them are the
#   tokens and keys of others. It weighs less where only some namespaces are reached.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/security/rbac-good-practices/#listing-secrets
#     description: Kubernetes on listing secrets
# custom:
#   id: k8s-secrets-read
#   nhi: NHI5
#   severity: high
#   confidence: certain
#   platforms: [kubernetes]
#   needs: [effective.privileges]
#   depends_on: [admin-standing, cluster-admin-service-account]
#   controls:
#     cis_kubernetes_2_0_1: ["5.1.2"]
#   message: "{principal} can {what}{proviso}"
#   remediation:
#     summary: Name the secrets that are needed, or mount them; lease wider reading.
#     steps:
#       - Give the role `resourceNames`, and only the verb `get`.
#       - Let the workload mount its secret instead of asking the API for it.
#   since: 0.1.0
package lapse.rules["k8s-secrets-read"]

import data.lapse.lib.answers
import data.lapse.lib.evidence
import data.lapse.lib.subject

finding contains {
	"id": "k8s-secrets-read",
	"subject": input.principal.id,
	"case": _level_case,
	"detail": {
		"principal": input.principal.name,
		"proviso": answers.proviso(_answer),
		"what": sort({privilege.what | some privilege in _reading}),
	},
	"evidence": [evidence.at("reads secrets", privilege.what, subject.places(privilege.grants)) |
		some privilege in _reading
	],
} if {
	input.type == "principal"
	input.principal.platform == "kubernetes"
	input.principal.kind != "workload"
	count(_reading) > 0
}

_reading := [privilege |
	some privilege in input.effective.privileges
	privilege.id == "secrets-read"
	answers.possible(privilege.answer)
]

_answer := answers.firmest({privilege.answer | some privilege in _reading})

_level_case := "conditional" if {
	is_object(_answer)
} else := "default" if {
	not _confined
} else := "namespaced"

# Every grant behind it is known, and bound in a namespace only.
_confined if {
	every privilege in _reading {
		every id in privilege.grants {
			_bound_in_namespaces(subject.grants_by_id[id])
		}
	}
}

_bound_in_namespaces(grant) if {
	count(subject.bindings_of(grant)) > 0
	every binding in subject.bindings_of(grant) {
		is_string(binding.condition.namespace)
	}
}
