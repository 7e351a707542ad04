# METADATA
# title: Credential beside the application
# description: >-
#   A secret or certificate sits on the service principal and not on its application, where the portal does not show
#   it. Intruders put theirs there to stay. Signing certificates of SAML, and the keys that belong to them, are there
#   by design and are not meant.
# related_resources:
#   - ref: https://learn.microsoft.com/en-us/entra/identity-platform/configure-app-instance-property-locks
#     description: Microsoft on locking service principals
#   - ref: https://attack.mitre.org/techniques/T1098/001/
#     description: "ATT&CK on additional cloud credentials"
# custom:
#   id: azure-credential-on-service-principal
#   nhi: NHI4
#   severity: medium
#   confidence: certain
#   platforms: [azure]
#   needs: [credential.attributes.on]
#   depends_on: []
#   controls:
#     nist_800_53_r5: [IA-4, IA-5]
#     soc2_2017: [CC6.1, CC6.2]
#     iso_27001_2022: [A.5.16, A.5.17]
#   message: "{principal} signs in with {credential}, which sits on its service principal and not on the application"
#   remediation:
#     summary: Find out who put it there; remove it.
#     steps:
#       - Look in the audit log for who added it, and when.
#       - Move the program that uses it to a federated credential or a managed identity.
#       - Remove it, and lock the service principal (app instance property lock).
#   since: 0.1.0
package lapse.rules["azure-credential-on-service-principal"]

import data.lapse.lib.evidence
import data.lapse.lib.keys

finding contains {
	"id": "azure-credential-on-service-principal",
	"subject": key.id,
	"case": _case,
	"detail": {"principal": input.principal.name, "credential": keys.label(key.nativeId)},
	"evidence": [evidence.at(key.kind, key.status, key.locations)],
} if {
	input.type == "principal"
	input.principal.platform == "azure"
	input.principal.kind == "service-principal"
	some key in input.credentials
	key.kind in {"app-certificate", "app-secret"}
	key.attributes.on == "service-principal"
	key.status == "active"
	not input.principal.attributes.type == "Legacy"
	not _signs_saml
}

# The password of a signing certificate, and its public half, lie beside it.
_signs_saml if "saml-certificate" in {key.kind | some key in input.credentials}

_case := "first_party" if {
	input.principal.attributes.first_party == true
} else := "default"
