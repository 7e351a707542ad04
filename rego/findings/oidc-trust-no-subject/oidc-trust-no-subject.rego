# METADATA
# title: OIDC trust without subject
# description: >-
#   A principal trusts every token of an issuer that serves many tenants. Anybody with an account there can become it.
# related_resources:
#   - ref: https://docs.github.com/en/actions/concepts/security/openid-connect
#     description: GitHub on OpenID Connect and its subjects
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html
#     description: AWS on conditions for shared OIDC providers
# custom:
#   id: oidc-trust-no-subject
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
#   message: "anybody who gets a token of {issuer} can become {principal}"
#   remediation:
#     summary: Name the subject exactly.
#     steps:
#       - Add a condition on the subject with repository and environment or branch, and one on the audience.
#       - Look in the provider's log for logins by others.
#   since: 0.1.0
package lapse.rules["oidc-trust-no-subject"]

import data.lapse.lib.federation

finding contains object.union(trust, {"id": "oidc-trust-no-subject"}) if {
	some trust in federation.by_verdict.open
}
