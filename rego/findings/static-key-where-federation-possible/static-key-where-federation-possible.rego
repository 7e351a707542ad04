# METADATA
# title: Static key where federation would do
# description: >-
#   A job logs in to a cloud with a stored key, on a host whose jobs can prove who they are by OIDC. The key outlives
#   the job and works from anywhere; a federated login does neither.
# related_resources:
#   - ref: https://docs.github.com/en/actions/how-tos/secure-your-work/security-harden-deployments
#     description: GitHub on deployments with OpenID Connect
# custom:
#   id: static-key-where-federation-possible
#   nhi: NHI4
#   severity: high
#   confidence: certain
#   platforms: [github]
#   needs: [principal.attributes.jobs]
#   depends_on: [workflow-token-wide]
#   controls:
#     nist_800_53_r5: [IA-5(7), IA-5(9), IA-9]
#     soc2_2017: [CC6.1]
#     iso_27001_2022: [A.5.17, A.8.5]
#   message: "workflow {workflow} logs in to {provider} with a static key: {secrets}"
#   remediation:
#     summary: Let the job log in by OIDC, and retire the key.
#     steps:
#       - Make a role that trusts this repository and environment exactly.
#       - "Give the job `permissions: {id-token: write}` and the role in place of the key."
#       - Watch the key's last use, disable it, delete it.
#   since: 0.1.0
package lapse.rules["static-key-where-federation-possible"]

import data.lapse.lib.evidence
import data.lapse.lib.workflows

finding contains {
	"id": "static-key-where-federation-possible",
	"subject": input.principal.id,
	"detail": {
		"workflow": input.principal.name,
		"provider": provider,
		"secrets": sort({name | some login in logins; some name in login.secrets}),
		"key": provider,
	},
	"evidence": [evidence.at("login", provider, workflows.line(login.line)) | some login in logins],
} if {
	some provider in {login.provider | some login in _logins}
	logins := [login | some login in _logins; login.provider == provider]
}

_logins := [login |
	some job in workflows.jobs
	some login in job.logins
	login.method == "static-key"
	login.provider in data.lapse.federating_providers
]
