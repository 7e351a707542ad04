# METADATA
# title: Projected token that lives long
# description: >-
#   A pod asks for a service account token that lives for a day or more. Projected tokens are renewed by the kubelet
#   before they end, so that a long life helps only whoever copies one. The default is an hour.
# related_resources:
#   - ref: https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#launch-a-pod-using-service-account-token-projection
#     description: Kubernetes on projected tokens
# custom:
#   id: k8s-projected-token-long
#   nhi: NHI7
#   severity: low
#   confidence: certain
#   platforms: [kubernetes]
#   needs: [principal.attributes.tokens]
#   depends_on: []
#   controls:
#     nist_800_53_r5: [IA-5]
#     soc2_2017: [CC6.1]
#     iso_27001_2022: [A.5.17]
#   message: "{principal} asks for a token for {audience} that lives for {hours} hours"
#   remediation:
#     summary: Ask for an hour; the kubelet renews the token by itself.
#     steps:
#       - "Set `expirationSeconds` to 3600, or leave it out."
#       - See that the program reads the file again when it changes; clients of today do.
#       - Where something outside of the cluster needs the token, lease it one.
#   since: 0.1.0
package lapse.rules["k8s-projected-token-long"]

import data.lapse.lib.evidence
import data.lapse.lib.settings
import data.lapse.lib.subject

finding contains {
	"id": "k8s-projected-token-long",
	"subject": input.principal.id,
	"detail": {
		"principal": subject.label,
		"audience": _audience(token),
		"hours": floor(token.seconds / 3600),
		"key": _audience(token),
	},
	"evidence": [evidence.at("seconds", token.seconds, input.principal.locations)],
} if {
	input.type == "principal"
	input.principal.platform == "kubernetes"
	input.principal.kind == "workload"
	some audience in {_audience(token) | some token in input.principal.attributes.tokens}
	token := _longest(audience)
	token.seconds >= settings.thresholds.projected_token_seconds
}

_longest(audience) := tokens[0] if {
	of_audience := [token | some token in input.principal.attributes.tokens; _audience(token) == audience]
	longest := max([token.seconds | some token in of_audience; is_number(token.seconds)])
	tokens := [token | some token in of_audience; token.seconds == longest]
}

_audience(token) := token.audience if is_string(token.audience)

_audience(token) := "the API server" if is_null(token.audience)
