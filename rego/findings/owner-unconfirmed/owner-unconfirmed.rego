# METADATA
# title: Owner by who wrote the line
# description: >-
#   Who answers for a principal is known only by who last changed the line that declares it. That person may never
#   have heard of it, or may have left.
# related_resources:
#   - ref: https://owasp.org/www-project-non-human-identities-top-10/2025/1-improper-offboarding/
#     description: OWASP on offboarding non-human identities
# custom:
#   id: owner-unconfirmed
#   nhi: NHI1
#   severity: info
#   confidence: heuristic
#   platforms: [aws, kubernetes, gcp, azure]
#   needs: [principal.owner]
#   depends_on: ["*"]
#   controls:
#     nist_800_53_r5: [AC-2, CM-8]
#     soc2_2017: [CC1.3, CC6.2]
#     iso_27001_2022: [A.5.2, A.5.16]
#   message: "nobody said who owns {principal}; {author} wrote its declaration"
#   remediation:
#     summary: Name a team. Leases, approvals and alerts go to whoever is named.
#     steps:
#       - Ask the author who runs it.
#       - "Put an owner tag, a label or a CODEOWNERS line there, or a rule under `owners` in `lapse.yaml`."
#   since: 0.1.0
package lapse.rules["owner-unconfirmed"]

import data.lapse.lib.evidence
import data.lapse.lib.subject

finding contains {
	"id": "owner-unconfirmed",
	"subject": input.principal.id,
	"detail": {"principal": subject.label, "author": input.principal.owner.value},
	"evidence": [evidence.at("owner by blame", input.principal.owner.value, input.principal.locations)],
} if {
	input.type == "principal"
	input.principal.owner.source == "blame"
	input.principal.kind in data.lapse.owned_kinds[input.principal.platform]
	not subject.service_linked
	count(subject.grants_by_id) > 0
}
