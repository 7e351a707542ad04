# METADATA
# title: Code that makes a static key
# description: >-
#   A source, template or plan makes a key that never ends. Its value is written into state, and from then on
#   somebody must look after it. Before it is merged it costs nothing to do without.
# related_resources:
#   - ref: https://developer.hashicorp.com/terraform/language/manage-sensitive-data
#     description: HashiCorp on sensitive data in state
#   - ref: https://owasp.org/www-project-non-human-identities-top-10/2025/7-long-lived-secrets/
#     description: OWASP on long-lived secrets
# custom:
#   id: iac-static-key
#   nhi: NHI7
#   severity: medium
#   confidence: certain
#   platforms: [aws, gcp, azure, github, gitlab]
#   needs: [credential.attributes.planned]
#   depends_on: []
#   controls:
#     nist_800_53_r5: [IA-5(7), CM-3]
#     soc2_2017: [CC6.1, CC8.1]
#     iso_27001_2022: [A.5.17, A.8.25]
#   message: "{how} the static key {credential} for {principal}"
#   remediation:
#     summary: Leave the key out; the workload federates or leases.
#     steps:
#       - Trust the identity that the workload has already - its role, its OIDC token, its service account.
#       - Where it has none, make the principal a target of lapse.
#       - Delete the resource, and with it the value in state.
#   since: 0.1.0
package lapse.rules["iac-static-key"]

import data.lapse.lib.evidence
import data.lapse.lib.keys
import data.lapse.lib.subject

finding contains {
	"id": "iac-static-key",
	"subject": key.id,
	"case": subject.level_case,
	"detail": {
		"principal": subject.label,
		"credential": object.get(key.attributes, "resource", keys.label(key.nativeId)),
		"how": how,
	},
	"evidence": [evidence.at("planned", key.attributes.planned, key.locations)],
} if {
	input.type == "principal"
	some key in input.credentials
	how := _makes[key.attributes.planned]
	key.status == "active"
	some kinds in [data.lapse.key_kinds, data.lapse.endless_key_kinds, data.lapse.expiring_key_kinds]
	key.kind in kinds
}

_makes := {"create": "a plan makes", "declared": "code declares"}
