# METADATA
# title: OIDC trust for a whole organization
# description: >-
#   Every repository of an organization is trusted. Whoever can push to the least of them, or make a new one, can become
#   the principal.
# related_resources:
#   - ref: https://docs.github.com/en/actions/concepts/security/openid-connect
#     description: GitHub on OpenID Connect and its subjects
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html
#     description: AWS on conditions for shared OIDC providers
# custom:
#   id: oidc-trust-org-wide
#   nhi: NHI6
#   severity: high
#   confidence: certain
#   platforms: [aws, gcp, azure]
#   needs: [effective.federation]
#   depends_on: []
#   controls:
#     nist_800_53_r5: [IA-5(9), IA-9, AC-6]
#     soc2_2017: [CC6.1, CC6.3]
#     iso_27001_2022: [A.5.15, A.8.5]
#   message: "{principal} trusts every repository of an organization: {subjects}"
#   remediation:
#     summary: Name the repository.
#     steps:
#       - Replace the pattern by the repositories that deploy, one trust or one role for each.
#       - Bind the trust to an environment with reviewers where it leads to production.
#   since: 0.1.0
package lapse.rules["oidc-trust-org-wide"]

import data.lapse.lib.federation

finding contains object.union(trust, {"id": "oidc-trust-org-wide"}) if {
	some trust in federation.by_verdict["organization-wide"]
}
