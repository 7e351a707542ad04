# METADATA
# title: Can become administrator
# description: >-
#   A principal is not an administrator, and has a way to become one - by changing policies, passing a role, assuming
#   another principal, or logging in as it. Workloads are not reported apart from the account that they run as.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
#     description: AWS on passing roles to services
#   - ref: https://kubernetes.io/docs/concepts/security/rbac-good-practices/#privilege-escalation-risks
#     description: Kubernetes on ways to escalate
# custom:
#   id: can-become-admin
#   nhi: NHI5
#   severity: high
#   confidence: evidence
#   platforms: [aws, kubernetes, github, gcp, azure, postgres]
#   needs: [effective.escalations, paths]
#   depends_on: []
#   controls:
#     nist_800_53_r5: [AC-6, AC-6(1), AC-6(10)]
#     soc2_2017: [CC6.3]
#     iso_27001_2022: [A.8.2, A.5.18]
#     gdpr: [Art. 32(1)(b)]
#   message: "{principal} {reach}{proviso}: {way}"
#   remediation:
#     summary: Remove one edge of the path, and lease the action behind it to those who need it now and then.
#     steps:
#       - See the whole path with `lapse graph`.
#       - Take the permission of its cheapest step away, or narrow it to named resources.
#       - Where the action is needed, make it a target of lapse with an escalate rule.
#   since: 0.1.0
package lapse.rules["can-become-admin"]

import data.lapse.lib.answers
import data.lapse.lib.evidence
import data.lapse.lib.subject

finding contains {
	"id": "can-become-admin",
	"subject": input.principal.id,
	"case": _level_case,
	"detail": {
		"principal": subject.label,
		"reach": subject.reach,
		"proviso": answers.proviso(subject.path_to_admin.answer),
		"way": concat(", then ", [subject.step_name(step) | some step in subject.steps_to_admin]),
		"to": subject.path_to_admin.to,
	},
	"evidence": array.concat(
		[evidence.at("path to administrator", subject.path_to_admin.to, input.principal.locations)],
		[evidence.plain(subject.step_name(step), step.uses) | some step in subject.steps_to_admin],
	),
} if {
	subject.acts
	input.principal.kind != "workload"
	not input.effective.admin == "yes"
	answers.shown(subject.path_to_admin.answer)
}

_level_case := "conditional" if {
	is_object(subject.path_to_admin.answer)
} else := "one_step" if {
	count(subject.steps_to_admin) == 1
} else := "default"
