# METADATA
# title: All secrets handed on
# description: >-
#   A job passes every secret of the repository to a workflow that it calls, whether that needs them or not, and also
#   those that are added later.
# related_resources:
#   - ref: https://docs.github.com/en/actions/how-tos/reuse-automations/reuse-workflows
#     description: GitHub on passing secrets to reusable workflows
# custom:
#   id: workflow-secrets-inherit
#   nhi: NHI6
#   severity: medium
#   confidence: certain
#   platforms: [github]
#   needs: [principal.attributes.jobs]
#   depends_on: [workflow-token-wide]
#   controls:
#     nist_800_53_r5: [AC-6, IA-5(6)]
#     soc2_2017: [CC6.1, CC6.3]
#     iso_27001_2022: [A.5.17, A.8.25]
#   message: "workflow {workflow} hands all secrets on to {called}"
#   remediation:
#     summary: Name the secrets that the called workflow needs.
#     steps:
#       - "Replace `secrets: inherit` by the list of secrets."
#       - Where the called workflow logs in to a cloud, let it do so by OIDC and hand over none.
#   since: 0.1.0
package lapse.rules["workflow-secrets-inherit"]

import data.lapse.lib.evidence
import data.lapse.lib.workflows

finding contains {
	"id": "workflow-secrets-inherit",
	"subject": input.principal.id,
	"case": _level_case(called),
	"detail": {"workflow": input.principal.name, "called": called, "key": called},
	"evidence": [evidence.at("inherits secrets", job.id, workflows.line(job.line)) | some job in jobs],
} if {
	some called in {_called(job) | some job in _jobs}
	jobs := [job | some job in _jobs; _called(job) == called]
}

_jobs := [job | some job in workflows.jobs; job.secrets_inherit == true]

_called(job) := workflows.without_ref(job.reusable) if is_string(job.reusable)

_called(job) := job.id if not is_string(job.reusable)

# What is called from elsewhere is in somebody else's hands.
_level_case(called) := "own_repository" if {
	startswith(called, "./")
} else := "default"
