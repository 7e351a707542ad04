# METADATA
# title: Environment with secrets that nothing guards
# description: >-
#   An environment holds secrets, and neither a reviewer nor a rule about branches nor a rule of an app stands before
#   them. Any workflow on any branch that names the environment gets them.
# related_resources:
#   - ref: https://docs.github.com/en/actions/reference/workflows-and-actions/deployments-and-environments
#     description: GitHub on protection of environments
# custom:
#   id: github-environment-unguarded
#   nhi: NHI8
#   severity: medium
#   confidence: certain
#   platforms: [github]
#   needs: [principal.attributes.required_reviewers, principal.attributes.deployment_branches, credentials]
#   depends_on: []
#   controls:
#     nist_800_53_r5: [AC-3, CM-5]
#     soc2_2017: [CC6.1, CC8.1]
#     iso_27001_2022: [A.8.31, A.8.32]
#   message: "the environment {environment} of {repository} gives {count} secrets to every branch"
#   remediation:
#     summary: Let only the branch that deploys in, and ask a reviewer for production.
#     steps:
#       - Limit deployments to protected branches, or to the names that deploy.
#       - Require a reviewer who is not the one who started the run.
#       - Replace the secrets by an OIDC login bound to the environment.
#   since: 0.1.0
package lapse.rules["github-environment-unguarded"]

import data.lapse.lib.environments
import data.lapse.lib.evidence

finding contains {
	"id": "github-environment-unguarded",
	"subject": input.principal.id,
	"case": _case,
	"detail": {
		"environment": input.principal.name,
		"repository": concat("/", input.principal.scope),
		"count": count(input.credentials),
	},
	"evidence": array.concat(
		[evidence.at("deployment branches", "any", input.principal.locations)],
		[evidence.at("secret", secret.nativeId, secret.locations) | some secret in input.credentials],
	),
} if {
	input.type == "principal"
	input.principal.platform == "github"
	input.principal.kind == "environment"
	count(input.credentials) > 0
	rules := input.principal.attributes
	rules.deployment_branches == "any"
	count(rules.required_reviewers) == 0
	rules.custom_rules == 0
}

_case := "production" if {
	environments.canonical(input.principal.name) == "production"
} else := "default"
