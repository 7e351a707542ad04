# METADATA
# title: One ID token for several services
# description: >-
#   A job asks for one ID token with several audiences. Each service that it is shown to can use it at the others, as
#   the job.
# related_resources:
#   - ref: https://docs.gitlab.com/ci/secrets/id_token_authentication/
#     description: GitLab on ID tokens
#   - ref: https://datatracker.ietf.org/doc/html/rfc8725#section-3.9
#     description: RFC 8725 on audiences
# custom:
#   id: gitlab-id-token-many-audiences
#   nhi: NHI9
#   severity: low
#   confidence: certain
#   platforms: [gitlab]
#   needs: [principal.attributes.jobs]
#   depends_on: []
#   controls:
#     nist_800_53_r5: [IA-5, IA-9]
#     soc2_2017: [CC6.1]
#     iso_27001_2022: [A.5.17, A.8.5]
#   message: "job {job} of pipeline {pipeline} shows the token {token} to {count} services"
#   remediation:
#     summary: Ask for one token for each service.
#     steps:
#       - "Split the token: one entry of `id_tokens` for each audience."
#       - Let each service accept its own audience only.
#   since: 0.1.0
package lapse.rules["gitlab-id-token-many-audiences"]

import data.lapse.lib.evidence

finding contains {
	"id": "gitlab-id-token-many-audiences",
	"subject": input.principal.id,
	"detail": {
		"pipeline": input.principal.name,
		"job": job.id,
		"token": token.name,
		"count": count(audiences),
		"key": concat(" ", [job.id, token.name]),
	},
	"evidence": [evidence.at("audiences", sort(audiences), [{
		"path": input.principal.locations[0].path,
		"line": job.line,
	}])],
} if {
	input.type == "principal"
	input.principal.platform == "gitlab"
	input.principal.kind == "pipeline"
	some job in input.principal.attributes.jobs
	some token in job.id_tokens
	audiences := {audience | some audience in token.aud}
	count(audiences) > 1
}
