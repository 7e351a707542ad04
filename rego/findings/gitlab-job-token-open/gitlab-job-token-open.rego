# METADATA
# title: Project lets in job tokens of every project
# description: >-
#   The allowlist for job tokens is off: a job of any project of the server reaches this one as far as the person who
#   started it may. Malicious code in another pipeline gets at packages, releases and code here by running for the
#   right person.
# related_resources:
#   - ref: https://docs.gitlab.com/ci/jobs/ci_job_token/#control-job-token-access-to-your-project
#     description: GitLab on access by job tokens
# custom:
#   id: gitlab-job-token-open
#   nhi: NHI6
#   severity: medium
#   confidence: certain
#   platforms: [gitlab]
#   needs: [principal.attributes.job_token_inbound_limited]
#   depends_on: []
#   controls:
#     nist_800_53_r5: [AC-3, CM-6]
#     soc2_2017: [CC6.1, CC6.6]
#     iso_27001_2022: [A.5.15, A.8.4]
#   message: "{project} lets in the job token of every project"
#   remediation:
#     summary: Switch the allowlist on, with the projects that need it.
#     steps:
#       - Look in the authentication log which projects come.
#       - Add these to the allowlist, with the permissions that they use.
#       - Limit access to the list; enforce it for the whole instance.
#   since: 0.1.0
package lapse.rules["gitlab-job-token-open"]

import data.lapse.lib.evidence

finding contains {
	"id": "gitlab-job-token-open",
	"subject": input.principal.id,
	"detail": {"project": input.principal.name},
	"evidence": [evidence.at("job token allowlist", false, input.principal.locations)],
} if {
	input.type == "principal"
	input.principal.platform == "gitlab"
	input.principal.kind == "project"
	input.principal.attributes.job_token_inbound_limited == false
}
