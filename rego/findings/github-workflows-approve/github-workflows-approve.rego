# METADATA
# title: Workflows may approve changes
# description: >-
#   A workflow may approve pull requests with its own token. Who can change a workflow, or get a step into one, then
#   has the second pair of eyes that a rule about reviews asks for.
# related_resources:
#   - ref: https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/enabling-features-for-your-repository/managing-github-actions-settings-for-a-repository
#     description: GitHub on settings of Actions
# custom:
#   id: github-workflows-approve
#   nhi: NHI5
#   severity: low
#   confidence: certain
#   platforms: [github]
#   needs: [principal.attributes.can_approve_pull_request_reviews]
#   depends_on: []
#   controls:
#     nist_800_53_r5: [AC-5, CM-5]
#     soc2_2017: [CC6.3, CC8.1]
#     iso_27001_2022: [A.5.3, A.8.32]
#   message: "workflows of {where} may approve pull requests"
#   remediation:
#     summary: Switch it off; let an app of its own approve what may be approved by a program.
#     steps:
#       - Find workflows that approve or make pull requests.
#       - Give these the token of an app that may do only that, leased for the run.
#       - Switch the setting off, at the organization.
#   since: 0.1.0
package lapse.rules["github-workflows-approve"]

import data.lapse.lib.evidence

finding contains {
	"id": "github-workflows-approve",
	"subject": input.principal.id,
	"detail": {"where": input.principal.nativeId},
	"evidence": [evidence.at("can approve pull request reviews", true, input.principal.locations)],
} if {
	input.type == "principal"
	input.principal.platform == "github"
	input.principal.kind in {"organization", "repository"}
	input.principal.attributes.can_approve_pull_request_reviews == true
	not input.principal.attributes.actions_enabled == false
}
