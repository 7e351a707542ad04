# METADATA
# title: Secret in state or plan of infrastructure
# description: >-
#   A state or plan of Terraform or Pulumi holds a secret in clear. Whoever can read the state, its bucket, its
#   backups or the artifact of the run has it, and each run writes it anew.
# related_resources:
#   - ref: https://developer.hashicorp.com/terraform/language/manage-sensitive-data
#     description: HashiCorp on sensitive data in state
# custom:
#   id: secret-in-state
#   nhi: NHI2
#   severity: high
#   confidence: evidence
#   platforms: []
#   needs: [secret.locations]
#   depends_on: [secret-matches-privileged-credential]
#   controls:
#     nist_800_53_r5: [IA-5(6), IA-5(7)]
#     soc2_2017: [CC6.1, C1.1]
#     iso_27001_2022: [A.5.17, A.8.12]
#     gdpr: [Art. 32(1)(b)]
#   message: "{title} in the state or plan {place}{matched}"
#   remediation:
#     summary: "Make the secret outside of the state: an ephemeral resource, or a lease when the program starts."
#     steps:
#       - Revoke the secret, then replace the resource that makes it by a lease or an ephemeral value.
#       - Keep state in a backend that encrypts it and that few can read, and never in a repository.
#       - Delete old versions and backups of the state, which keep the value.
#   since: 0.1.0
package lapse.rules["secret-in-state"]

import data.lapse.lib.secrets

# Reported in place of `secret-in-code`, with its levels.
finding contains object.union(secrets.said(_places), {"id": "secret-in-state"}) if {
	input.type == "secret"
	count(_places) > 0
}

_places := [location |
	some location in secrets.current_places
	_is_state(location.path)
]

_is_state(path) if endswith(path, ".tfstate")

_is_state(path) if endswith(path, ".tfstate.backup")

_is_state(path) if {
	endswith(path, ".json")
	input.secret.facts.resource
}
