# METADATA
# title: Workflows may write by default
# description: >-
#   The token of every workflow that does not say what it needs may write to the repository: code, releases, packages,
#   issues. A step of somebody else in any of them can do so, too.
# related_resources:
#   - ref: https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/enabling-features-for-your-repository/managing-github-actions-settings-for-a-repository
#     description: GitHub on settings of Actions
# custom:
#   id: github-token-default-write
#   nhi: NHI5
#   severity: medium
#   confidence: certain
#   platforms: [github]
#   needs: [principal.attributes.default_workflow_permissions]
#   depends_on: []
#   controls:
#     nist_800_53_r5: [AC-6, CM-6]
#     soc2_2017: [CC6.3, CC8.1]
#     iso_27001_2022: [A.8.4, A.8.9]
#   message: "workflows of {where} may write by default"
#   remediation:
#     summary: Set the default to read, and let each job say what it writes.
#     steps:
#       - "Give each workflow a `permissions` block, beginning with those that release."
#       - Set the default to read, at the organization so that new repositories have it.
#   since: 0.1.0
package lapse.rules["github-token-default-write"]

import data.lapse.lib.evidence

finding contains {
	"id": "github-token-default-write",
	"subject": input.principal.id,
	"detail": {"where": input.principal.nativeId},
	"evidence": [evidence.at("default workflow permissions", "write", input.principal.locations)],
} if {
	input.type == "principal"
	input.principal.platform == "github"
	input.principal.kind in {"organization", "repository"}
	input.principal.attributes.default_workflow_permissions == "write"
	not input.principal.attributes.actions_enabled == false
}
