# METADATA
# title: Administrator that code runs as
# description: >-
#   A service that runs what it is given - functions, instances, containers, builds - may take a role that is, or can
#   become, an administrator. Whoever gets code into such a workload, by a flaw or a dependency, administrates.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
#     description: AWS on passing roles to services
# custom:
#   id: compute-role-privileged
#   nhi: NHI5
#   severity: high
#   confidence: evidence
#   platforms: [aws]
#   needs: [trusts_in, effective.admin]
#   depends_on: [admin-standing, can-become-admin]
#   controls:
#     nist_800_53_r5: [AC-6, AC-6(8), CM-7]
#     soc2_2017: [CC6.3]
#     iso_27001_2022: [A.8.2, A.8.27]
#   message: "{services} can run as {principal}, which {reach}{proviso}"
#   remediation:
#     summary: Give the workload a role with what it calls; what must administrate leases for the minutes of the change.
#     steps:
#       - "See with `lapse show` which workloads run as the role."
#       - Derive from their use what they need, and make a role of that.
#       - Make administration a target of lapse that the workload asks for.
#   since: 0.1.0
package lapse.rules["compute-role-privileged"]

import data.lapse.lib.answers
import data.lapse.lib.evidence
import data.lapse.lib.subject
import data.lapse.lib.trusts

finding contains {
	"id": "compute-role-privileged",
	"subject": input.principal.id,
	"case": answers.level_case(subject.administration),
	"detail": {
		"principal": subject.label,
		"services": sort({trust.subject.value | some trust in _trusted}),
		"reach": subject.administers,
		"proviso": answers.proviso(subject.administration),
	},
	"evidence": [evidence.at("trusted service", trust.subject.value, trust.locations) | some trust in _trusted],
} if {
	input.type == "principal"
	input.principal.platform == "aws"
	input.principal.kind == "role"
	count(_trusted) > 0
	answers.shown(subject.administration)
}

_trusted := [trust |
	some trust in trusts.declared_by_target
	trust.subject.kind == "service"
	trust.subject.value in data.lapse.compute_services
]
