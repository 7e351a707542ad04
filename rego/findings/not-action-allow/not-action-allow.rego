# METADATA
# title: Everything but
# description: >-
#   A statement allows all actions except some, or all resources except some. What it gives grows with every service
#   that the provider adds, and a list of exceptions is never complete.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html
#     description: AWS on NotAction with Allow
# custom:
#   id: not-action-allow
#   nhi: NHI5
#   severity: high
#   confidence: certain
#   platforms: [aws]
#   needs: [grants]
#   depends_on: [admin-standing]
#   controls:
#     nist_800_53_r5: [AC-6, AC-3]
#     soc2_2017: [CC6.3]
#     iso_27001_2022: [A.5.15, A.8.2]
#   message: "{principal} is allowed everything but {exceptions}"
#   remediation:
#     summary: List what is allowed.
#     steps:
#       - Take the list of actions from the provider's record of use.
#       - Where the intent was to forbid, write a Deny statement or an organization policy beside a narrow Allow.
#   since: 0.1.0
package lapse.rules["not-action-allow"]

import data.lapse.lib.evidence
import data.lapse.lib.subject

finding contains {
	"id": "not-action-allow",
	"subject": input.principal.id,
	"case": _level_case(grants),
	"detail": {
		"principal": subject.label,
		"exceptions": exceptions,
		"key": concat(" ", exceptions),
	},
	"evidence": [evidence.at("all but", exceptions, grant.locations) | some grant in grants],
} if {
	subject.acts
	some exceptions in {_exceptions(grant) | some grant in subject.grants_by_id}
	count(exceptions) > 0
	grants := [grant |
		some grant in input.grants
		subject.grants_by_id[grant.id]
		_exceptions(grant) == exceptions
	]
}

_exceptions(grant) := sort(union({
	{action | some action in grant.notActions},
	{resource | some resource in grant.notResources},
}))

_level_case(grants) := "default" if {
	some grant in grants
	not grant.condition
} else := "conditional"
