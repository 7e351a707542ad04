# METADATA
# title: File of a login where it does not belong
# description: >-
#   The file in which a tool keeps its login stands among the files that were scanned - of the AWS CLI, npm, Docker,
#   git, a database or a cluster. It holds the login of a person or a machine whole, ready to be used.
# related_resources:
#   - ref: https://owasp.org/www-project-non-human-identities-top-10/2025/2-secret-leakage/
#     description: OWASP on leaked secrets
# custom:
#   id: credentials-file-committed
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
#   message: "{title} in {place}, where a tool keeps its login{matched}"
#   remediation:
#     summary: Revoke the login, take the file out, and let the tool ask a credential helper.
#     steps:
#       - Revoke or rotate what is in the file.
#       - "Delete the file, and name it in `.gitignore` and in the template of your repositories."
#       - "Let the tool lease its login - `lapse exec`, a credential process of AWS, an exec plug-in of kubectl."
#   since: 0.1.0
package lapse.rules["credentials-file-committed"]

import data.lapse.lib.secrets

# Reported in place of `secret-in-code`, with its levels.
finding contains object.union(secrets.said(_places), {"id": "credentials-file-committed"}) if {
	input.type == "secret"
	count(_places) > 0
}

_places := [location |
	some location in secrets.current_places
	secrets.is_login_file(location.path)
]
