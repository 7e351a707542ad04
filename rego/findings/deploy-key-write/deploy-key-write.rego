# METADATA
# title: Deploy key that may push
# description: >-
#   A deploy key may write to its repository. It is nobody, never expires, passes the rules that ask for a second
#   factor, and whoever has its private half can push what the next build runs.
# related_resources:
#   - ref: https://docs.github.com/en/authentication/connecting-to-github-with-ssh/managing-deploy-keys
#     description: GitHub on deploy keys
#   - ref: https://docs.gitlab.com/user/project/deploy_keys/
#     description: GitLab on deploy keys
# custom:
#   id: deploy-key-write
#   nhi: NHI5
#   severity: medium
#   confidence: certain
#   platforms: [github, gitlab]
#   needs: [principal.attributes]
#   depends_on: []
#   controls:
#     nist_800_53_r5: [AC-6, CM-5]
#     soc2_2017: [CC6.3, CC8.1]
#     iso_27001_2022: [A.8.4, A.8.32]
#   message: "the deploy key {principal} may push to {repository}"
#   remediation:
#     summary: Make it read-only, or let the program push with a token that expires.
#     steps:
#       - Find the program that uses it.
#       - Let it lease a token for the one repository, or use the token of its own pipeline.
#       - Delete the key, and add a read-only one where reading is all that is left.
#   since: 0.1.0
package lapse.rules["deploy-key-write"]

import data.lapse.lib.evidence

finding contains {
	"id": "deploy-key-write",
	"subject": input.principal.id,
	"detail": {"principal": input.principal.name, "repository": concat("/", input.principal.scope)},
	"evidence": [evidence.at("may write", true, input.principal.locations)],
} if {
	input.type == "principal"
	input.principal.kind == "deploy-key"
	not input.principal.enabled == false
	_writes
}

_writes if {
	input.principal.platform == "github"
	input.principal.attributes.read_only == false
}

_writes if {
	input.principal.platform == "gitlab"
	input.principal.attributes.can_push == true
}
