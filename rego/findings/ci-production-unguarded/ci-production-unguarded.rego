# METADATA
# title: Pipeline reaches production without an environment
# description: >-
#   A job logs in to a principal of production and names no environment. So no reviewer and no rule about branches
#   stands before it, and the trust on the other side can tell it from no other job of the repository.
# related_resources:
#   - ref: https://docs.github.com/en/actions/how-tos/secure-your-work/security-harden-deployments
#     description: GitHub on deployments with OpenID Connect
#   - ref: https://owasp.org/www-project-non-human-identities-top-10/2025/8-environment-isolation/
#     description: OWASP on isolation of environments
# custom:
#   id: ci-production-unguarded
#   nhi: NHI8
#   severity: medium
#   confidence: evidence
#   platforms: [aws, gcp, azure]
#   needs: [principal.environment, trusts_in]
#   depends_on: []
#   controls:
#     nist_800_53_r5: [AC-3, CM-5]
#     soc2_2017: [CC6.1, CC8.1]
#     iso_27001_2022: [A.8.31, A.8.32]
#   message: "{pipelines} log in to {principal}, which is of production, from jobs without an environment"
#   remediation:
#     summary: Let the job run in an environment with a reviewer, and the trust name it.
#     steps:
#       - "Add `environment: production` to the job, with reviewers and the branch that deploys."
#       - Let the trust of the principal admit that environment only.
#       - Or let the job lease its access, with an approval.
#   since: 0.1.0
package lapse.rules["ci-production-unguarded"]

import data.lapse.lib.environments
import data.lapse.lib.evidence

finding contains {
	"id": "ci-production-unguarded",
	"subject": input.principal.id,
	"detail": {"principal": input.principal.name, "pipelines": sort({_pipeline(trust) | some trust in _open})},
	"evidence": [evidence.at("logs in without an environment", _pipeline(trust), trust.locations) | some trust in _open],
} if {
	input.type == "principal"
	environments.canonical(input.principal.environment) == "production"
	count(_open) > 0
}

_open := [trust |
	some trust in input.trusts_in
	trust.how == "logs-in-as"
	_of_a_host_with_environments(trust.subject.id)
	not trust.condition.environment
]

_of_a_host_with_environments(id) if startswith(id, "github:workflow:")

_of_a_host_with_environments(id) if startswith(id, "gitlab:pipeline:")

_pipeline(trust) := concat(":", array.slice(split(trust.subject.id, ":"), 2, 99))
