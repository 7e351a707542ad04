# METADATA
# title: Password on a privileged application
# description: >-
#   An application that is an administrator, or can become one, signs in with a client secret. Whoever copies that
#   string is the administrator, from anywhere and without a second factor; conditional access for people does not ask
#   them anything.
# related_resources:
#   - ref: https://learn.microsoft.com/en-us/entra/identity-platform/security-best-practices-for-app-registration
#     description: Microsoft on app registrations
#   - ref: https://learn.microsoft.com/en-us/entra/workload-id/workload-identity-federation
#     description: Microsoft on workload identity federation
# custom:
#   id: azure-privileged-app-secret
#   nhi: NHI4
#   severity: high
#   confidence: certain
#   platforms: [azure]
#   needs: [credential.kind, effective.admin]
#   depends_on: []
#   controls:
#     nist_800_53_r5: [IA-2(1), IA-5, IA-5(7)]
#     soc2_2017: [CC6.1]
#     iso_27001_2022: [A.5.17, A.8.2, A.8.5]
#   message: "{principal} {reach}, and signs in with the client secret {credential}"
#   remediation:
#     summary: Let it sign in without a secret, then delete the secret.
#     steps:
#       - Run it on something with a managed identity, or add a federated credential for its pipeline.
#       - Delete the client secret, and forbid new ones by application management policy.
#       - Take the standing role away, and lease it.
#   since: 0.1.0
package lapse.rules["azure-privileged-app-secret"]

import data.lapse.lib.evidence
import data.lapse.lib.keys
import data.lapse.lib.subject

finding contains {
	"id": "azure-privileged-app-secret",
	"subject": key.id,
	"case": _case,
	"detail": {"principal": input.principal.name, "credential": keys.label(key.nativeId), "reach": _reach[_case]},
	"evidence": [evidence.at("client secret", key.status, key.locations)],
} if {
	input.type == "principal"
	input.principal.platform == "azure"
	input.principal.kind == "service-principal"
	some key in input.credentials
	key.kind == "app-secret"
	key.status == "active"
	subject.privileged
}

_case := "admin" if {
	input.effective.admin == "yes"
} else := "default"

_reach := {"admin": "is an administrator", "default": "can become an administrator"}
