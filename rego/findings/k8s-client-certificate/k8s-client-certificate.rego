# METADATA
# title: Client certificate that lives long
# description: >-
#   A certificate of the cluster signs a user in for weeks or months. The API server keeps no list of revoked ones:
#   until it ends, only a new certificate authority takes it back. In the group `system:masters` nothing can limit it
#   either. Certificates of kubelets, which renew themselves, are left out.
# related_resources:
#   - ref: https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/
#     description: Kubernetes on certificate signing requests
#   - ref: https://kubernetes.io/docs/concepts/security/hardening-guide/authentication-mechanisms/#x509-client-certificate-authentication
#     description: Kubernetes on hardening of client certificates
# custom:
#   id: k8s-client-certificate
#   nhi: NHI7
#   severity: medium
#   confidence: certain
#   platforms: [kubernetes]
#   needs: [credential.createdAt, credential.expiresAt]
#   depends_on: []
#   controls:
#     cis_kubernetes_2_0_1: ["3.1.1", "5.1.7"]
#     nist_800_53_r5: [IA-5, IA-5(2)]
#     soc2_2017: [CC6.1]
#     iso_27001_2022: [A.5.17, A.8.5]
#   message: "certificate {certificate} signs {principal} in{groups} for {days} days, and cannot be revoked"
#   remediation:
#     summary: Let people and programs sign in with tokens that expire within the hour.
#     steps:
#       - Sign in by OIDC, or lease a token of a service account.
#       - "Ask for certificates with `expirationSeconds` where one must be."
#       - "To take one back early, take its bindings away; `system:masters` needs a new certificate authority."
#   since: 0.1.0
package lapse.rules["k8s-client-certificate"]

import data.lapse.lib.clock
import data.lapse.lib.evidence
import data.lapse.lib.settings

finding contains {
	"id": "k8s-client-certificate",
	"subject": certificate.id,
	"case": _level_case(certificate),
	"detail": {
		"certificate": certificate.nativeId,
		"principal": input.principal.name,
		"groups": _clause(certificate),
		"days": days,
	},
	"evidence": [evidence.at("valid until", certificate.expiresAt, certificate.locations)],
} if {
	input.type == "principal"
	input.principal.platform == "kubernetes"
	input.principal.kind == "user"
	not startswith(input.principal.name, "system:node:")
	some certificate in input.credentials
	certificate.kind == "client-certificate"
	certificate.status == "active"
	days := clock.days_between(certificate.createdAt, certificate.expiresAt)
	days >= settings.thresholds.client_certificate_days
}

_level_case(certificate) := "masters" if {
	"system:masters" in certificate.attributes.groups
} else := "default"

_clause(certificate) := "" if {
	count(certificate.attributes.groups) == 0
} else := concat("", [" as member of ", concat(", ", certificate.attributes.groups)])
