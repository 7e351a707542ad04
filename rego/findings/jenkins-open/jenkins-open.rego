# METADATA
# title: Jenkins without authorization
# description: >-
#   A Jenkins controller asks nobody who he is, or lets everybody do everything, or everybody who has an account. Who
#   can run a job has every credential that the controller keeps.
# related_resources:
#   - ref: https://www.jenkins.io/doc/book/security/access-control/
#     description: Jenkins on access control
# custom:
#   id: jenkins-open
#   nhi: NHI4
#   severity: high
#   confidence: certain
#   platforms: [jenkins]
#   needs: [principal.attributes.security, principal.attributes.authorization]
#   depends_on: []
#   controls:
#     nist_800_53_r5: [AC-3, AC-14, IA-2]
#     soc2_2017: [CC6.1, CC6.3]
#     iso_27001_2022: [A.5.15, A.8.5]
#   message: "{who} may do everything on the controller {principal}"
#   remediation:
#     summary: Give roles to people, and switch the rest off.
#     steps:
#       - Switch security on, with single sign-on.
#       - Use a strategy by project or role, and keep Administer for a few.
#       - Move credentials to folders, or let pipelines lease them.
#   since: 0.1.0
package lapse.rules["jenkins-open"]

import data.lapse.lib.evidence

finding contains {
	"id": "jenkins-open",
	"subject": input.principal.id,
	"case": _case,
	"detail": {"principal": input.principal.name, "who": _who[_case]},
	"evidence": [evidence.at(
		"authorization",
		object.filter(input.principal.attributes, ["authorization", "security"]),
		input.principal.locations,
	)],
} if {
	input.type == "principal"
	input.principal.platform == "jenkins"
	input.principal.kind == "controller"
	_case
}

_case := "anybody" if {
	input.principal.attributes.security == false
} else := "anybody" if {
	input.principal.attributes.authorization == "AuthorizationStrategy$Unsecured"
} else := "default" if {
	input.principal.attributes.authorization == "FullControlOnceLoggedInAuthorizationStrategy"
}

_who := {"anybody": "anybody", "default": "everybody who is logged in"}
