# METADATA
# title: Jenkins credential in clear
# description: >-
#   A credential stands in clear in a file of the controller. Whoever reads a backup, or the repository that the
#   configuration is kept in, has it. What Jenkins encrypts is told by the secrets of the home, not here.
# related_resources:
#   - ref: https://www.jenkins.io/doc/book/using/using-credentials/
#     description: Jenkins on credentials
#   - ref: https://plugins.jenkins.io/configuration-as-code/
#     description: Jenkins on configuration as code and secrets
# custom:
#   id: jenkins-credential-clear
#   nhi: NHI2
#   severity: high
#   confidence: certain
#   platforms: [jenkins]
#   needs: [credential.attributes.material]
#   depends_on: []
#   controls:
#     nist_800_53_r5: [IA-5(6), IA-5(7), SC-28]
#     soc2_2017: [CC6.1]
#     iso_27001_2022: [A.5.17, A.8.12]
#   message: "{credential} of {principal} stands in clear"
#   remediation:
#     summary: Let pipelines lease it; until then keep it outside of the file.
#     steps:
#       - Revoke the credential, since the file has been read by more than you know.
#       - Refer to a store of secrets, or to a variable of the controller.
#       - Let the pipeline lease what it needs for the run.
#   since: 0.1.0
package lapse.rules["jenkins-credential-clear"]

import data.lapse.lib.evidence
import data.lapse.lib.keys

finding contains {
	"id": "jenkins-credential-clear",
	"subject": credential.id,
	"detail": {"principal": input.principal.name, "credential": keys.label(credential.nativeId)},
	"evidence": [evidence.at(credential.attributes.type, "clear", credential.locations)],
} if {
	input.type == "principal"
	input.principal.platform == "jenkins"
	some credential in input.credentials
	credential.kind == "jenkins-credential"
	credential.attributes.material == "clear"
}
