# METADATA
# title: API server that does not authorize
# description: >-
#   The API server is started with the authorization mode AlwaysAllow, or with modes of which none looks at roles.
#   Whatever bindings say then counts for nothing: who signs in may do everything, or is judged by a file that nobody
#   reviews.
# related_resources:
#   - ref: https://kubernetes.io/docs/reference/access-authn-authz/authorization/
#     description: Kubernetes on authorization modes
# custom:
#   id: k8s-authorization-open
#   nhi: NHI6
#   severity: medium
#   confidence: certain
#   platforms: [kubernetes]
#   needs: [principal.attributes.authorization_modes]
#   depends_on: []
#   controls:
#     cis_kubernetes_2_0_1: ["1.2.6", "1.2.8"]
#     nist_800_53_r5: [AC-3, CM-6]
#     soc2_2017: [CC6.1, CC6.3]
#     iso_27001_2022: [A.5.15, A.8.9]
#   message: "the API server of {cluster} authorizes by {modes}"
#   remediation:
#     summary: "Authorize by `Node,RBAC`."
#     steps:
#       - Write the roles and bindings that are needed, beginning with those of the control plane.
#       - "Set `--authorization-mode=Node,RBAC`, and restart the API server."
#       - Lease what people need beyond that.
#   since: 0.1.0
package lapse.rules["k8s-authorization-open"]

import data.lapse.lib.evidence

finding contains {
	"id": "k8s-authorization-open",
	"subject": input.principal.id,
	"case": _case,
	"detail": {"cluster": input.principal.name, "modes": concat(", ", _modes)},
	"evidence": [evidence.at("--authorization-mode", _modes, input.principal.locations)],
} if {
	input.type == "principal"
	input.principal.platform == "kubernetes"
	input.principal.kind == "cluster"
	_case
}

_modes := input.principal.attributes.authorization_modes

_case := "always_allow" if {
	"AlwaysAllow" in _modes
} else := "default" if {
	not "RBAC" in _modes
	not "Webhook" in _modes
	count(_modes) > 0
}
