# METADATA
# title: One cloud identity for several service accounts
# description: >-
#   Service accounts of Kubernetes in several places are annotated with the same identity of a cloud. Each of their
#   pods has everything that all of them need, the log of the cloud does not tell them apart, and taking it from one
#   takes it from all.
# related_resources:
#   - ref: https://owasp.org/www-project-non-human-identities-top-10/2025/9-nhi-reuse/
#     description: OWASP on reuse of non-human identities
#   - ref: https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts.html
#     description: AWS on roles for service accounts
# custom:
#   id: cloud-identity-shared-by-accounts
#   nhi: NHI9
#   severity: medium
#   confidence: certain
#   platforms: [aws, gcp, azure]
#   needs: [trusts_in]
#   depends_on: []
#   controls:
#     nist_800_53_r5: [AC-6, IA-9]
#     soc2_2017: [CC6.1, CC6.3]
#     iso_27001_2022: [A.5.16, A.5.18]
#   message: "{count} service accounts take the cloud identity {principal}: {accounts}"
#   remediation:
#     summary: Give each service account an identity of its own.
#     steps:
#       - Make one identity for each account, with what that one uses.
#       - Let its trust name the one namespace and account.
#       - Change the annotations one by one, and drop the shared identity at the end.
#   since: 0.1.0
package lapse.rules["cloud-identity-shared-by-accounts"]

import data.lapse.lib.evidence
import data.lapse.lib.settings

finding contains {
	"id": "cloud-identity-shared-by-accounts",
	"subject": input.principal.id,
	"detail": {"principal": input.principal.name, "count": count(accounts), "accounts": sort(accounts)},
	"evidence": [evidence.at("annotation", trust.subject.id, trust.locations) | some trust in _annotations],
} if {
	input.type == "principal"
	input.principal.platform in {"aws", "azure", "gcp"}
	accounts := {trim_prefix(trust.subject.id, "kubernetes:service-account:") | some trust in _annotations}
	count(accounts) >= settings.thresholds.accounts_per_cloud_identity
}

_annotations := [trust |
	some trust in input.trusts_in
	trust.how == "annotation"
	startswith(trust.subject.id, "kubernetes:service-account:")
]
