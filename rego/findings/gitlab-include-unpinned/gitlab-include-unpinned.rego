# METADATA
# title: Pipeline runs what others can change
# description: >-
#   A pipeline includes code of another group, a component or an address by a name that can be moved. It is run as if
#   it stood in the file, with all variables and tokens of the project. Includes of the own group and of GitLab itself
#   are not meant.
# related_resources:
#   - ref: https://docs.gitlab.com/ci/yaml/includes/
#     description: GitLab on includes
#   - ref: https://docs.gitlab.com/ci/components/#cicd-component-security-best-practices
#     description: GitLab on the security of components
# custom:
#   id: gitlab-include-unpinned
#   nhi: NHI3
#   severity: medium
#   confidence: certain
#   platforms: [gitlab]
#   needs: [principal.attributes.includes]
#   depends_on: []
#   controls:
#     nist_800_53_r5: [CM-5, SI-7, SR-3]
#     soc2_2017: [CC6.8, CC8.1, CC9.2]
#     iso_27001_2022: [A.5.21, A.8.32]
#   message: "pipeline {pipeline} includes {what}, which others can change"
#   remediation:
#     summary: Pin it to a commit, or to the hash of its content.
#     steps:
#       - "Write the full commit hash as `ref` or behind the `@`; for an address add `integrity`."
#       - Keep a copy in a project of the own group where that is not possible.
#       - Give ID tokens and secrets to jobs that need them only.
#   since: 0.1.0
package lapse.rules["gitlab-include-unpinned"]

import data.lapse.lib.evidence

finding contains {
	"id": "gitlab-include-unpinned",
	"subject": input.principal.id,
	"case": _case,
	"detail": {"pipeline": input.principal.name, "what": include.what, "key": include.what},
	"evidence": [evidence.at("include", include.what, [{
		"path": input.principal.locations[0].path,
		"line": include.line,
	}])],
} if {
	input.type == "principal"
	input.principal.platform == "gitlab"
	input.principal.kind == "pipeline"
	some include in input.principal.attributes.includes
	include.pinned == false
	_foreign(include)
}

_foreign(include) if include.from == "remote"

# Which group is the own one is not known of a pipeline whose project is not.
_foreign(include) if {
	include.from in {"component", "project"}
	input.principal.scope[0] != "local"
	not contains(lower(include.what), lower(concat("", [input.principal.scope[0], "/"])))
}

# A job with an ID token or secrets of a vault hands these to what it includes.
_case := "with_tokens" if {
	some job in input.principal.attributes.jobs
	count(job.id_tokens) + count(job.secrets) > 0
} else := "default"
