# METADATA
# title: Pipeline of one environment reaches another
# description: >-
#   A job that says it is of one environment logs in to a principal of another one: a job for staging has production
#   in its hands. Whoever may deploy to the lesser one, without a review, may then change the other.
# related_resources:
#   - ref: https://docs.github.com/en/actions/reference/workflows-and-actions/deployments-and-environments
#     description: GitHub on environments
#   - ref: https://owasp.org/www-project-non-human-identities-top-10/2025/8-environment-isolation/
#     description: OWASP on isolation of environments
# custom:
#   id: ci-environment-mismatch
#   nhi: NHI8
#   severity: medium
#   confidence: evidence
#   platforms: [aws, gcp, azure]
#   needs: [principal.environment, trusts_in]
#   depends_on: []
#   controls:
#     nist_800_53_r5: [AC-3, CM-5, SC-2]
#     soc2_2017: [CC6.1, CC8.1]
#     iso_27001_2022: [A.8.31, A.8.32]
#   message: "a job for {environment} of {pipeline} logs in to {principal}, which is of {own}"
#   remediation:
#     summary: Give each environment a principal of its own, whose trust names it.
#     steps:
#       - Make one role for each environment.
#       - "Let its trust admit the subject with `environment:NAME` only."
#       - Lease access to production to the job that deploys there.
#   since: 0.1.0
package lapse.rules["ci-environment-mismatch"]

import data.lapse.lib.environments
import data.lapse.lib.evidence

finding contains {
	"id": "ci-environment-mismatch",
	"subject": input.principal.id,
	"case": _case,
	"detail": {
		"principal": input.principal.name,
		"own": input.principal.environment,
		"environment": environment,
		"pipeline": pipeline,
		"key": concat(" ", [pipeline, environment]),
	},
	"evidence": [evidence.at("logs in as", environment, trust.locations)],
} if {
	input.type == "principal"
	own := environments.canonical(input.principal.environment)
	some trust in input.trusts_in
	trust.how == "logs-in-as"
	environment := trust.condition.environment
	_known(environment)
	_known(own)
	environments.canonical(environment) != own
	pipeline := concat(":", array.slice(split(trust.subject.id, ":"), 2, 99))
}

# `review/feature-1` and expressions may be of any environment; only names that data lists are compared.
_known(name) if lower(name) in object.keys(data.lapse.environment_names)

_case := "production" if {
	environments.canonical(input.principal.environment) == "production"
} else := "default"
