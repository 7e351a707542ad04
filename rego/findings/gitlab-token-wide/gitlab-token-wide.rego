# METADATA
# title: Token with the whole API
# description: >-
#   A token of GitLab has the scope `api`, which is everything that its role or its person may do: code, members,
#   variables, runners. With `sudo` or `admin_mode` it acts as anybody.
# related_resources:
#   - ref: https://docs.gitlab.com/user/project/settings/project_access_tokens/#scopes-for-a-project-access-token
#     description: GitLab on scopes of tokens
#   - ref: https://docs.gitlab.com/security/tokens/
#     description: GitLab on tokens
# custom:
#   id: gitlab-token-wide
#   nhi: NHI5
#   severity: medium
#   confidence: certain
#   platforms: [gitlab]
#   needs: [grants]
#   depends_on: []
#   controls:
#     nist_800_53_r5: [AC-6, IA-5]
#     soc2_2017: [CC6.1, CC6.3]
#     iso_27001_2022: [A.5.18, A.8.4]
#   message: "the token {principal} has {scopes}"
#   remediation:
#     summary: Give it the scope of what it does, and lease the rest.
#     steps:
#       - Find the program that uses it.
#       - "Make one with `read_api`, `read_repository` or `write_repository`, and the lowest role that works."
#       - Inside of pipelines use the job token; elsewhere lease a token for the time of the work.
#   since: 0.1.0
package lapse.rules["gitlab-token-wide"]

import data.lapse.lib.evidence

finding contains {
	"id": "gitlab-token-wide",
	"subject": input.principal.id,
	"case": _case,
	"detail": {"principal": input.principal.name, "scopes": sort(_wide)},
	"evidence": [evidence.at("scopes", sort(grant.actions), grant.locations) | some grant in input.grants],
} if {
	input.type == "principal"
	input.principal.platform == "gitlab"
	input.principal.kind in {"access-token", "personal-access-token"}
	not input.principal.enabled == false
	count(_wide) > 0
}

_wide := {scope | some grant in input.grants; some scope in grant.actions; scope in {"admin_mode", "api", "sudo"}}

_case := "admin" if {
	count(_wide & {"admin_mode", "sudo"}) > 0
} else := "default"
