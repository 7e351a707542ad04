# METADATA
# title: OIDC trust with a wildcard in the owner
# description: >-
#   The pattern for trusted subjects leaves the owner open, so that an organization or user of a fitting name, which
#   anybody can register, is let in.
# related_resources:
#   - ref: https://docs.github.com/en/actions/concepts/security/openid-connect
#     description: GitHub on OpenID Connect and its subjects
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html
#     description: AWS on conditions for shared OIDC providers
# custom:
#   id: oidc-trust-wildcard-owner
#   nhi: NHI6
#   severity: critical
#   confidence: certain
#   platforms: [aws, gcp, azure]
#   needs: [effective.federation]
#   depends_on: []
#   controls:
#     nist_800_53_r5: [IA-5(9), IA-9, AC-3]
#     soc2_2017: [CC6.1, CC6.6]
#     iso_27001_2022: [A.5.15, A.8.5]
#     gdpr: [Art. 32(1)(b)]
#   message: "{principal} trusts subjects of any fitting owner: {subjects}"
#   remediation:
#     summary: Write the owner out, and use its id where the host sends one.
#     steps:
#       - Replace the pattern by the exact owner and repository.
#       - Look in the provider's log for logins by others.
#   since: 0.1.0
package lapse.rules["oidc-trust-wildcard-owner"]

import data.lapse.lib.federation

finding contains object.union(trust, {"id": "oidc-trust-wildcard-owner"}) if {
	some trust in federation.by_verdict["wildcard-owner"]
}
