# METADATA
# title: Root user in use
# description: >-
#   The root user of an account was used within the threshold. It can do everything, no policy limits it, and its use
#   has no name of a person behind it.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-best-practices.html
#     description: AWS on the root user
# custom:
#   id: root-user-used
#   nhi: NHI10
#   severity: high
#   confidence: evidence
#   platforms: [aws]
#   needs: [credential.usage]
#   depends_on: [root-access-key]
#   controls:
#     cis_aws_7_0: ["2.7"]
#     nist_800_53_r5: [AC-2(7), AC-6(5), IA-2]
#     soc2_2017: [CC6.1, CC6.3]
#     iso_27001_2022: [A.8.2, A.5.16]
#   message: "the root user of account {account} was used {days} days before {asked}"
#   remediation:
#     summary: Lease administration to a named person, with an approval, for what was done as root.
#     steps:
#       - Find out who signed in, and for what.
#       - Make an administrator role a target of lapse, with an escalate rule and break-glass.
#       - Keep the password of root sealed; in an organization, take it away from member accounts.
#   since: 0.1.0
package lapse.rules["root-user-used"]

import data.lapse.lib.clock
import data.lapse.lib.evidence
import data.lapse.lib.settings
import data.lapse.lib.subject

finding contains {
	"id": "root-user-used",
	"subject": input.principal.id,
	"detail": {"account": concat("/", input.principal.scope), "days": _days, "asked": _asked},
	"evidence": array.concat(
		[evidence.at("days since use", _days, input.principal.locations)],
		[evidence.of_usage("last used", use.lastUsedAt, use) | some use in _uses],
	),
} if {
	subject.root
	_days < settings.thresholds.root_used_days
}

_days := min([clock.idle_days(use, input.now) | some use in _uses])

_asked := "the report was made" if {
	some use in _uses
	use.asOf
} else := "today"

_uses := [use |
	some use in array.concat(
		[credential.usage | some credential in input.credentials],
		[input.principal.usage | input.principal.usage],
	)
	use.lastUsedAt
]
