# METADATA
# title: Console password unused
# description: >-
#   A console password was used once, and then not for longer than the threshold. Nobody would miss it, and nobody
#   notices who else uses it. Unknown use is not counted as none.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_finding-unused.html
#     description: AWS on finding unused credentials
# custom:
#   id: console-password-unused
#   nhi: NHI1
#   severity: medium
#   confidence: evidence
#   platforms: [aws]
#   needs: [credential.usage, credential.status]
#   depends_on: [user-without-mfa]
#   controls:
#     cis_aws_7_0: ["2.11"]
#     nist_800_53_r5: [AC-2(3)]
#     soc2_2017: [CC6.2]
#     iso_27001_2022: [A.5.18]
#   message: "{principal} has not signed in with its console password for {days} days"
#   remediation:
#     summary: Delete the password. People sign in by federation, for a session.
#     steps:
#       - Delete the login profile, which leaves the user as it is.
#       - Where a person still needs the console, give them an identity of the organization.
#       - Where a program does, let it lease a role.
#   since: 0.1.0
package lapse.rules["console-password-unused"]

import data.lapse.lib.clock
import data.lapse.lib.evidence
import data.lapse.lib.settings
import data.lapse.lib.subject

finding contains {
	"id": "console-password-unused",
	"subject": credential.id,
	"case": subject.level_case,
	"detail": {"principal": subject.label, "days": days},
	"evidence": [
		evidence.at("status", credential.status, credential.locations),
		evidence.of_usage("last used", credential.usage.lastUsedAt, credential.usage),
	],
} if {
	input.type == "principal"
	input.principal.kind == "user"
	some credential in input.credentials
	credential.kind == "console-password"
	credential.status == "active"
	days := clock.idle_days(credential.usage, input.now)
	days >= settings.thresholds.password_unused_days
}
