# METADATA
# title: Token that starts a pipeline
# description: >-
#   A job or pipeline can be started from outside by a token that does not end. It travels in addresses and webhooks,
#   and what it starts runs with the secrets of the pipeline, in GitLab as the person who made the token.
# related_resources:
#   - ref: https://docs.gitlab.com/ci/triggers/
#     description: GitLab on trigger tokens
#   - ref: https://www.jenkins.io/doc/book/using/remote-access-api/
#     description: Jenkins on remote access
# custom:
#   id: pipeline-trigger-token
#   nhi: NHI7
#   severity: low
#   confidence: certain
#   platforms: [gitlab, jenkins]
#   needs: [credential.kind, credential.status]
#   depends_on: []
#   controls:
#     nist_800_53_r5: [AC-17, IA-5]
#     soc2_2017: [CC6.1, CC8.1]
#     iso_27001_2022: [A.5.17, A.8.32]
#   message: "{principal} is started by a token that does not end"
#   remediation:
#     summary: Let whoever starts it sign in, with a token for the call.
#     steps:
#       - See who calls it; inside of one host use its own way to start another pipeline.
#       - Let outsiders lease a token that may start this one, for minutes.
#       - Delete the token.
#   since: 0.1.0
package lapse.rules["pipeline-trigger-token"]

import data.lapse.lib.evidence

finding contains {
	"id": "pipeline-trigger-token",
	"subject": token.id,
	"detail": {"principal": input.principal.name},
	"evidence": [evidence.at("trigger token", token.status, token.locations)],
} if {
	input.type == "principal"
	input.principal.platform in {"gitlab", "jenkins"}
	some token in input.credentials
	token.kind == "trigger-token"
	not token.status in {"inactive", "expired"}
	not token.expiresAt
}
