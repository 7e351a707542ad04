# METADATA
# title: Standing administrator
# description: >-
#   A principal holds full administration of its account or cluster all the time, without approval and without end.
#   Kubernetes service accounts have a rule of their own, since what to change differs.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege
#     description: AWS on least privilege
# custom:
#   id: admin-standing
#   nhi: NHI5
#   severity: critical
#   confidence: evidence
#   platforms: [aws, kubernetes, gcp, azure, postgres]
#   needs: [effective.admin]
#   depends_on: []
#   controls:
#     cis_aws_7_0: ["2.14"]
#     cis_gcp_5_0: ["1.6"]
#     cis_kubernetes_2_0_1: ["5.1.1"]
#     nist_800_53_r5: [AC-2(7), AC-2(6), AC-6, AC-6(5)]
#     soc2_2017: [CC6.1, CC6.3]
#     iso_27001_2022: [A.5.18, A.8.2]
#     gdpr: [Art. 32(1)(b), Art. 25(2)]
#   message: "{principal} is an administrator at all times{by}{proviso}"
#   remediation:
#     summary: Take the standing grant away and lease administration for an hour, with an approval.
#     steps:
#       - Derive from actual use what the principal needs from day to day, and grant only that.
#       - Make administration a target of lapse with an escalate rule and an approver group.
#       - Remove the binding or policy that gives full access.
#   since: 0.1.0
package lapse.rules["admin-standing"]

import data.lapse.lib.answers
import data.lapse.lib.evidence
import data.lapse.lib.subject

finding contains {
	"id": "admin-standing",
	"subject": input.principal.id,
	"case": answers.level_case(input.effective.admin),
	"detail": {
		"principal": subject.label,
		"proviso": answers.proviso(input.effective.admin),
		"by": subject.by(subject.granting("admin")),
	},
	"evidence": [evidence.at("administrator", input.effective.admin, subject.places(subject.granting("admin")))],
} if {
	subject.acts
	not subject.kubernetes_service_account
	not subject.root
	answers.shown(input.effective.admin)
}
