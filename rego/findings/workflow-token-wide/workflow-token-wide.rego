# METADATA
# title: Workflow token too wide
# description: >-
#   The token that GitHub hands to a workflow, or to one of its jobs, may write everything - code, releases, packages,
#   settings of runs - and may be exchanged for an OIDC token. One action that goes astray owns the repository.
# related_resources:
#   - ref: https://docs.github.com/en/actions/security-for-github-actions/security-guides/automatic-token-authentication
#     description: GitHub on the token of a workflow and its permissions
# custom:
#   id: workflow-token-wide
#   nhi: NHI6
#   severity: high
#   confidence: certain
#   platforms: [github]
#   needs: [grants]
#   depends_on: []
#   controls:
#     nist_800_53_r5: [AC-6, CM-7]
#     soc2_2017: [CC6.3]
#     iso_27001_2022: [A.8.2, A.8.25]
#   message: "workflow {workflow} runs with a token that may write everything (write-all)"
#   remediation:
#     summary: Read at the top, and the one write that a job needs in that job.
#     steps:
#       - "Put `permissions: {contents: read}` at the top of the file."
#       - Give each job that must write the scope it writes, and no other.
#   since: 0.1.0
package lapse.rules["workflow-token-wide"]

import data.lapse.lib.evidence
import data.lapse.lib.workflows

finding contains {
	"id": "workflow-token-wide",
	"subject": input.principal.id,
	"detail": {"workflow": input.principal.name},
	"evidence": [evidence.at("permissions", "write-all", grant.locations) | some grant in workflows.write_all],
} if {
	workflows.present
	count(workflows.write_all) > 0
}
