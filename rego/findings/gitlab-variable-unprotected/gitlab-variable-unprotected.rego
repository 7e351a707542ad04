# METADATA
# title: Secret variable for every branch
# description: >-
#   A variable that holds a secret is neither protected nor bound to an environment. Every pipeline of every branch
#   gets it: whoever can push a branch can print what production uses.
# related_resources:
#   - ref: https://docs.gitlab.com/ci/variables/#protect-a-cicd-variable
#     description: GitLab on protected variables
#   - ref: https://owasp.org/www-project-non-human-identities-top-10/2025/8-environment-isolation/
#     description: OWASP on isolation of environments
# custom:
#   id: gitlab-variable-unprotected
#   nhi: NHI8
#   severity: medium
#   confidence: certain
#   platforms: [gitlab]
#   needs: [credential.attributes.protected, credential.attributes.environment_scope]
#   depends_on: []
#   controls:
#     nist_800_53_r5: [AC-3, IA-5(6)]
#     soc2_2017: [CC6.1, CC6.3]
#     iso_27001_2022: [A.5.17, A.8.31]
#   message: "variable {variable} of {where} is given to every branch and environment"
#   remediation:
#     summary: Protect it, and bind it to the environment that it is for.
#     steps:
#       - Set its environment scope, with a value of its own for each environment.
#       - Protect it, so that only protected branches and tags get it.
#       - Replace it by an ID token with which the job logs in, or leases what it needs.
#   since: 0.1.0
package lapse.rules["gitlab-variable-unprotected"]

import data.lapse.lib.evidence

finding contains {
	"id": "gitlab-variable-unprotected",
	"subject": variable.id,
	"detail": {"variable": variable.attributes.name, "where": input.principal.name},
	"evidence": [evidence.at("protected", false, variable.locations)],
} if {
	input.type == "principal"
	input.principal.platform == "gitlab"
	input.principal.kind in {"group", "project"}
	some variable in input.credentials
	variable.kind == "ci-variable"
	variable.attributes.protected == false
	variable.attributes.environment_scope == "*"
}
