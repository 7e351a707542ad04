# METADATA
# title: Disabled, and still entitled
# description: >-
#   A principal is switched off and keeps what it was granted. Whoever may switch it on again gives all of that back
#   at once, and reviews of access count what nobody needs.
# related_resources:
#   - ref: https://owasp.org/www-project-non-human-identities-top-10/2025/1-improper-offboarding/
#     description: OWASP on offboarding non-human identities
# custom:
#   id: disabled-principal-keeps-grants
#   nhi: NHI1
#   severity: low
#   confidence: certain
#   platforms: [azure, gcp, gitlab, postgres]
#   needs: [principal.enabled, grants]
#   depends_on: [admin-standing, can-become-admin]
#   controls:
#     nist_800_53_r5: [AC-2(3), AC-3(8)]
#     soc2_2017: [CC6.2, CC6.3]
#     iso_27001_2022: [A.5.18]
#   message: "{principal} is disabled and keeps what it was granted{by}"
#   remediation:
#     summary: Take the grants away; lease them if the identity comes back.
#     steps:
#       - Ask its owner whether it comes back.
#       - Remove its grants, then the principal.
#   since: 0.1.0
package lapse.rules["disabled-principal-keeps-grants"]

import data.lapse.lib.evidence
import data.lapse.lib.subject

finding contains {
	"id": "disabled-principal-keeps-grants",
	"subject": input.principal.id,
	"case": subject.level_case,
	"detail": {"principal": subject.label, "by": subject.by(_ids)},
	"evidence": [evidence.at("disabled, and granted", true, subject.places(_ids))],
} if {
	input.type == "principal"
	input.principal.enabled == false

	# A token that has ended is a credential that has expired, and comes back by nobody's switch.
	not endswith(input.principal.kind, "token")
	count(subject.grants_by_id) > 0
}

_ids := sort(object.keys(subject.grants_by_id))
