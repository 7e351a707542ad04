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
#     nist_800_53_r5: [AC-6, IA-5(6)]
#     soc2_2017: [CC6.1, CC6.3]
#     iso_27001_2022: [A.8.3, A.5.17]
#     gdpr: [Art. 32(1)(b)]
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
	"case": _level_case(privilege),
	"detail": {
		"principal": subject.label,
		"proviso": answers.proviso(privilege.answer),
		"what": privilege.what,
		"key": privilege.what,
	},
	"evidence": [evidence.at("reads secrets", privilege.what, subject.places(privilege.grants))],
} if {
	input.type == "principal"
	input.principal.platform == "kubernetes"
	input.principal.kind != "workload"
	some privilege in input.effective.privileges
	privilege.id == "secrets-read"
	answers.shown(privilege.answer)
}

_level_case(privilege) := "conditional" if {
	is_object(privilege.answer)
} else := "namespaced" if {
	_confined(privilege)
} else := "default"

# Every grant behind it is known, and bound in a namespace only.
_confined(privilege) if {
	every id in privilege.grants {
		_bound_in_namespaces(subject.grants_by_id[id])
	}
}

_bound_in_namespaces(grant) if {
	count(subject.bindings_of(grant)) > 0
	every binding in subject.bindings_of(grant) {
		is_string(binding.condition.namespace)
	}
}
