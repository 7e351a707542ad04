# METADATA
# title: Dormant principal
# description: >-
#   Nothing has used the principal for half a year, as far as every source of its use can tell. One credential whose use
#   is unknown is enough to say nothing.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_manage_delete.html
#     description: AWS on deleting roles that are not used
# custom:
#   id: principal-dormant
#   nhi: NHI1
#   severity: medium
#   confidence: evidence
#   platforms: [aws, gcp, azure]
#   needs: [principal.usage, credential.usage]
#   depends_on: []
#   controls:
#     nist_800_53_r5: [AC-2(3)]
#     soc2_2017: [CC6.2, CC6.3]
#     iso_27001_2022: [A.5.18]
#   message: "{principal} has not been used for {days} days"
#   remediation:
#     summary: Take its standing grants away and keep it, if at all, as the target of a lease.
#     steps:
#       - Ask its owner what it is for.
#       - Detach its policies, which can be undone, and wait for the quiet period.
#       - Delete it, or let it be leased on demand.
#   since: 0.1.0
package lapse.rules["principal-dormant"]

import data.lapse.lib.clock
import data.lapse.lib.evidence
import data.lapse.lib.settings
import data.lapse.lib.subject

finding contains {
	"id": "principal-dormant",
	"subject": input.principal.id,
	"case": subject.level_case,
	"detail": {"principal": subject.label, "days": _days},
	"evidence": array.concat(
		[evidence.at("days without use", _days, input.principal.locations)],
		[evidence.of_usage("use", object.get(use, "lastUsedAt", "never"), use) | some use in _uses],
	),
} if {
	subject.acts
	not input.principal.enabled == false
	not subject.root
	not subject.service_linked
	count(_uses) > 0
	not _use_unknown
	_days >= settings.thresholds.dormant_days
}

# The least idle of all uses decides.
_days := min([days | some use in _uses; days := _idle(use)])

_idle(use) := clock.idle_days(use, input.now)

_idle(use) := clock.unused_days(input.principal, use, input.now) if not use.lastUsedAt

_uses contains input.principal.usage

_uses contains credential.usage if some credential in _open_credentials

_open_credentials := [credential |
	some credential in input.credentials
	not credential.status in {"inactive", "expired"}
]

_use_unknown if {
	some credential in _open_credentials
	not credential.usage
}

_use_unknown if {
	some use in _uses
	not _idle(use)
}

_use_unknown if {
	subject.has_password
	not input.principal.usage
	not "console-password" in {credential.kind | some credential in input.credentials}
}
