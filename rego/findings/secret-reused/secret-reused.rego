# METADATA
# title: Secret in several files
# description: >-
#   The same secret stands in two or more files. It cannot be replaced in one place alone, and nobody can tell by its
#   use which of its holders used it.
# related_resources:
#   - ref: https://owasp.org/www-project-non-human-identities-top-10/2025/9-nhi-reuse/
#     description: OWASP on reuse of non-human identities
# custom:
#   id: secret-reused
#   nhi: NHI9
#   severity: high
#   confidence: certain
#   platforms: []
#   needs: [secret.locations]
#   depends_on: [secret-matches-privileged-credential, secret-in-code]
#   controls:
#     nist_800_53_r5: [IA-5(8), IA-5]
#     soc2_2017: [CC6.1]
#     iso_27001_2022: [A.5.17]
#   message: "the same {title} stands in {count} files"
#   remediation:
#     summary: Give each use a credential of its own, best one that it leases.
#     steps:
#       - List the uses with `lapse show`.
#       - Give each its own lease, and retire the shared secret when the last one has moved.
#   since: 0.1.0
package lapse.rules["secret-reused"]

import data.lapse.lib.evidence
import data.lapse.lib.secrets
import data.lapse.lib.settings

finding contains {
	"id": "secret-reused",
	"subject": input.secret.id,
	"case": secrets.level_case,
	"detail": {"title": input.secret.title, "count": count(secrets.current_files)},
	"evidence": evidence.each_place("found in", secrets.current_places, 20),
} if {
	input.type == "secret"
	input.secret.inHead
	count(secrets.current_files) >= settings.thresholds.secret_files
}
