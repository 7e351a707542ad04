# METADATA
# title: OIDC trust by name
# description: >-
#   The subject is exact, but made of names. Names of owners and repositories can be given up and registered by others,
#   ids cannot.
# related_resources:
#   - ref: https://docs.github.com/en/actions/concepts/security/openid-connect
#     description: GitHub on OpenID Connect and its subjects
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html
#     description: AWS on conditions for shared OIDC providers
# custom:
#   id: oidc-trust-name-only
#   nhi: NHI6
#   severity: info
#   confidence: certain
#   platforms: [aws, gcp, azure]
#   needs: [effective.federation]
#   depends_on: []
#   controls:
#     nist_800_53_r5: [IA-5(9), IA-4]
#     soc2_2017: [CC6.1]
#     iso_27001_2022: [A.5.16, A.8.5]
#   message: "{principal} trusts names that can change hands: {subjects}"
#   remediation:
#     summary: Trust immutable ids where the host sends them.
#     steps:
#       - Switch the host to subjects with ids, or add a condition on the id of repository or owner.
#       - Never delete or rename an owner or a repository while something trusts its name.
#   since: 0.1.0
package lapse.rules["oidc-trust-name-only"]

import data.lapse.lib.federation

finding contains object.union(trust, {"id": "oidc-trust-name-only"}) if {
	some trust in federation.by_verdict["name-only"]
}
