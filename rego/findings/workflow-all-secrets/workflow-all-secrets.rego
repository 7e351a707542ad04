# METADATA
# title: Job that gets every secret
# description: >-
#   A job reads the whole set of secrets, or one by a name that is computed. Every secret of the repository and its
#   organization is then on the runner, those that the job has nothing to do with included, and the log does not hide
#   what was taken apart.
# related_resources:
#   - ref: https://docs.github.com/en/actions/reference/security/secure-use#use-secrets-for-sensitive-information
#     description: GitHub on the use of secrets
# custom:
#   id: workflow-all-secrets
#   nhi: NHI2
#   severity: medium
#   confidence: certain
#   platforms: [github]
#   needs: [principal.attributes.jobs]
#   depends_on: []
#   controls:
#     nist_800_53_r5: [AC-6, IA-5(6)]
#     soc2_2017: [CC6.1, CC6.3]
#     iso_27001_2022: [A.5.17, A.8.12]
#   message: "job {job} of workflow {workflow} gets every secret"
#   remediation:
#     summary: Name the secrets that the job needs.
#     steps:
#       - "Replace `toJSON(secrets)` and `secrets[…]` by the secrets one by one."
#       - Keep those of production in an environment.
#       - Let the job log in by OIDC, so that there is less to name.
#   since: 0.1.0
package lapse.rules["workflow-all-secrets"]

import data.lapse.lib.evidence
import data.lapse.lib.workflows

finding contains {
	"id": "workflow-all-secrets",
	"subject": input.principal.id,
	"detail": {"workflow": input.principal.name, "job": job.id, "key": job.id},
	"evidence": [evidence.at("secrets", "*", workflows.line(job.line))],
} if {
	some job in workflows.jobs
	"*" in job.secrets
}
