# METADATA
# title: No owner
# description: >-
#   Nobody is named who answers for a principal that holds grants or keys - no tag, annotation, label, CODEOWNERS line
#   or author. When it must be changed or goes astray there is nobody to ask.
# related_resources:
#   - ref: https://owasp.org/www-project-non-human-identities-top-10/2025/1-improper-offboarding/
#     description: OWASP on offboarding non-human identities
# custom:
#   id: owner-missing
#   nhi: NHI1
#   severity: medium
#   confidence: evidence
#   platforms: [aws, kubernetes, gcp, azure]
#   needs: [principal.owner]
#   depends_on: ["*"]
#   controls:
#     nist_800_53_r5: [AC-2, CM-8]
#     soc2_2017: [CC1.3, CC6.2]
#     iso_27001_2022: [A.5.2, A.5.9, A.5.16]
#   message: "nobody is named as owner of {principal}"
#   remediation:
#     summary: Name a team. A lease, an approval and an alert all need somebody to go to.
#     steps:
#       - Put an owner tag, label or annotation on it, in the code that makes it.
#       - If nobody claims it, take its grants away.
#   since: 0.1.0
package lapse.rules["owner-missing"]

import data.lapse.lib.evidence
import data.lapse.lib.keys
import data.lapse.lib.subject

finding contains {
	"id": "owner-missing",
	"subject": input.principal.id,
	"case": _level_case,
	"detail": {"principal": subject.label},
	"evidence": [evidence.at("owner", null, input.principal.locations)],
} if {
	input.type == "principal"
	input.principal.kind in data.lapse.owned_kinds[input.principal.platform]
	input.principal.seen == "listed"
	not input.principal.owner
	not subject.service_linked
	_holds_something
}

_holds_something if count(subject.grants_by_id) > 0

_holds_something if count(keys.active) > 0

default _level_case := "default"

_level_case := "unprivileged" if subject.known_unprivileged
