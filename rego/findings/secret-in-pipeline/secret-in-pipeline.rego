# METADATA
# title: Secret in the definition of a pipeline
# description: >-
#   The file that defines a pipeline has a secret in clear. It is in every clone, every fork and every run, where the
#   host's own store of secrets would mask it and federation would need none.
# related_resources:
#   - ref: https://docs.github.com/en/actions/reference/security/secure-use
#     description: GitHub on secrets in workflows
# custom:
#   id: secret-in-pipeline
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
#   message: "{title} in the pipeline {place}{matched}"
#   remediation:
#     summary: Revoke the secret. Let the job log in by its OIDC token, or lease what it needs.
#     steps:
#       - Revoke or rotate the secret; history keeps it.
#       - "Trust the OIDC tokens of the pipeline at the provider, or let the job start with `lapse exec`."
#       - What cannot be leased belongs into the secrets of an environment with reviewers.
#   since: 0.1.0
package lapse.rules["secret-in-pipeline"]

import data.lapse.lib.secrets

# Reported in place of `secret-in-code`, with its levels.
finding contains object.union(secrets.said(_places), {"id": "secret-in-pipeline"}) if {
	input.type == "secret"
	count(_places) > 0
}

_places := [location |
	some location in secrets.current_places
	_is_pipeline(location.path)
]

_is_pipeline(path) if contains(concat("", ["/", path]), "/.github/workflows/")

_is_pipeline(path) if endswith(path, ".circleci/config.yml")

_is_pipeline(path) if secrets.base_name(path) in data.lapse.pipeline_files
