# METADATA
# title: OIDC trust that admits nobody
# description: >-
#   No token can meet the condition, for example a star under an operator that takes it literally. It was meant to admit
#   somebody, so either something does not work, or a second way in exists.
# related_resources:
#   - ref: https://docs.github.com/en/actions/concepts/security/openid-connect
#     description: GitHub on OpenID Connect and its subjects
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html
#     description: AWS on conditions for shared OIDC providers
# custom:
#   id: oidc-trust-dead
#   nhi: NHI6
#   severity: low
#   confidence: certain
#   platforms: [aws, gcp, azure]
#   needs: [effective.federation]
#   depends_on: []
#   controls:
#     nist_800_53_r5: [IA-5(9), IA-9]
#     soc2_2017: [CC6.1]
#     iso_27001_2022: [A.5.17, A.8.5]
#   message: "{principal} has a trust that no token can meet: {subjects}"
#   remediation:
#     summary: Correct the condition, or delete the trust.
#     steps:
#       - Compare the condition with a subject that the host really sends.
#       - Delete the trust when nobody misses it.
#   since: 0.1.0
package lapse.rules["oidc-trust-dead"]

import data.lapse.lib.federation

finding contains object.union(trust, {"id": "oidc-trust-dead"}) if {
	some trust in federation.by_verdict.dead
}
