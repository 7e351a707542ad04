# METADATA
# title: OIDC trust for any branch
# description: >-
#   Every branch, tag and pull request of a repository is trusted. A change that nobody has reviewed can become the
#   principal, since it can change the workflow.
# related_resources:
#   - ref: https://docs.github.com/en/actions/concepts/security/openid-connect
#     description: GitHub on OpenID Connect and its subjects
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html
#     description: AWS on conditions for shared OIDC providers
# custom:
#   id: oidc-trust-any-ref
#   nhi: NHI6
#   severity: medium
#   confidence: certain
#   platforms: [aws, gcp, azure]
#   needs: [effective.federation]
#   depends_on: []
#   controls:
#     nist_800_53_r5: [IA-5(9), IA-9, CM-5]
#     soc2_2017: [CC6.1, CC8.1]
#     iso_27001_2022: [A.5.17, A.8.32]
#   message: "{principal} trusts any branch, tag or pull request: {subjects}"
#   remediation:
#     summary: Name the branch or, better, an environment.
#     steps:
#       - Replace the star by an environment with protection rules, or by the protected branch.
#       - Give pull requests a role of their own that only reads.
#   since: 0.1.0
package lapse.rules["oidc-trust-any-ref"]

import data.lapse.lib.federation

finding contains object.union(trust, {"id": "oidc-trust-any-ref"}) if {
	some trust in federation.by_verdict["any-ref"]
}
