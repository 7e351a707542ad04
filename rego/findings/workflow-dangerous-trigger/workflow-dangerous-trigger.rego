# METADATA
# title: Foreign code with the repository's rights
# description: >-
#   A workflow starts on an event that outsiders cause and that runs with the repository's own token, and checks out
#   what the outsider wrote. Their build scripts then run with that token and with the secrets of the job.
# related_resources:
#   - ref: https://docs.github.com/en/actions/reference/security/secure-use
#     description: GitHub on triggers that run with privileges
# custom:
#   id: workflow-dangerous-trigger
#   nhi: NHI6
#   severity: high
#   confidence: evidence
#   platforms: [github]
#   needs: [principal.attributes.triggers, principal.attributes.jobs]
#   depends_on: []
#   controls:
#     nist_800_53_r5: [CM-5, SR-3, SA-11]
#     soc2_2017: [CC6.8, CC8.1]
#     iso_27001_2022: [A.8.25, A.8.28]
#   message: "workflow {workflow} runs on {triggers} and checks out foreign code in job {job}"
#   remediation:
#     summary: Split it. Foreign code runs on `pull_request` without rights, and what needs rights never sees that code.
#     steps:
#       - Move build and test to a workflow on `pull_request`.
#       - Hand results over as artifacts, and treat them as data.
#       - Put an environment with reviewers before every job that needs a secret.
#   since: 0.1.0
package lapse.rules["workflow-dangerous-trigger"]

import data.lapse.lib.evidence
import data.lapse.lib.workflows

finding contains {
	"id": "workflow-dangerous-trigger",
	"subject": input.principal.id,
	"case": _level_case(job),
	"detail": {
		"workflow": input.principal.name,
		"triggers": sort(_triggers),
		"job": job.id,
		"key": job.id,
	},
	"evidence": [evidence.at("checks out foreign code", job.id, workflows.line(job.line))],
} if {
	count(_triggers) > 0
	some job in workflows.jobs
	job.untrusted_checkout == true
}

_triggers contains trigger if {
	some trigger in input.principal.attributes.triggers
	trigger in data.lapse.privileged_triggers
}

_level_case(job) := "with_secrets" if {
	workflows.holds_secrets(job)
} else := "default"
