# METADATA
# title: One account for many workloads
# description: >-
#   Several workloads run as one account that holds grants. Each has the rights of all of them together, and nobody can
#   tell by the log which of them acted.
# related_resources:
#   - ref: https://owasp.org/www-project-non-human-identities-top-10/2025/9-nhi-reuse/
#     description: OWASP on reuse of non-human identities
# custom:
#   id: identity-shared-by-workloads
#   nhi: NHI9
#   severity: medium
#   confidence: certain
#   platforms: [kubernetes, aws, gcp, azure]
#   needs: [workloads, grants]
#   depends_on: [cluster-admin-service-account, default-service-account-bound]
#   controls:
#     nist_800_53_r5: [AC-6, AC-2(9), IA-9]
#     soc2_2017: [CC6.1, CC6.3]
#     iso_27001_2022: [A.5.16]
#   message: "{count} workloads run as {principal}"
#   remediation:
#     summary: Give each workload an account with the grants that it needs.
#     steps:
#       - Make an account for each workload, beginning with those that need least.
#       - Bind to each what it uses, and drop the shared binding at the end.
#   since: 0.1.0
package lapse.rules["identity-shared-by-workloads"]

import data.lapse.lib.evidence
import data.lapse.lib.settings
import data.lapse.lib.subject

finding contains {
	"id": "identity-shared-by-workloads",
	"subject": input.principal.id,
	"detail": {"principal": subject.label, "count": count(_workloads)},
	"evidence": [evidence.at("workloads", sort(_workloads), input.principal.locations)],
} if {
	subject.acts
	count(_workloads) >= settings.thresholds.workloads_per_identity
	count(subject.grants_by_id) > 0
}

_workloads contains workload if {
	input.type == "principal"
	some workload in input.workloads
	not _made_by_another(workload)
}

# An export of a running cluster holds the pods of each Deployment beside it; they are one workload.
_made_by_another(workload) if {
	parts := split(workload, "/")
	parts[count(parts) - 2] in data.lapse.derived_workload_kinds
}
