# METADATA
# title: Policy that was not read
# description: >-
#   A policy is attached to a principal, and its document is in none of the files that were read - often because an
#   export was filtered. What the principal may do is more than what was judged, and may be anything. This is a note
#   on the scan, not a fault of the principal.
# related_resources:
#   - ref: https://docs.aws.amazon.com/cli/latest/reference/iam/get-account-authorization-details.html
#     description: AWS on the export that has all policies
# custom:
#   id: permissions-unread
#   nhi: NHI5
#   severity: info
#   confidence: certain
#   platforms: [aws, gcp]
#   needs: [effective.escalations]
#   depends_on: [admin-standing]
#   controls:
#     nist_800_53_r5: [AC-6(7), CM-8]
#     soc2_2017: [CC6.3]
#     iso_27001_2022: [A.5.18]
#   message: "what {principal} may do is not known whole: {policies} was not read"
#   remediation:
#     summary: Scan an export that has the documents of all policies.
#     steps:
#       - "Export again without a filter, for example `aws iam get-account-authorization-details`."
#       - Where the policy is made elsewhere, scan that too.
#   since: 0.1.0
package lapse.rules["permissions-unread"]

import data.lapse.lib.evidence
import data.lapse.lib.subject

finding contains {
	"id": "permissions-unread",
	"subject": input.principal.id,
	"detail": {"principal": subject.label, "policies": sort({name | some way in _unread; some name in way.uses})},
	"evidence": [evidence.at("not read", way.uses, subject.places(way.evidence)) | some way in _unread],
} if {
	subject.acts
	not input.effective.admin == "yes"
	count(_unread) > 0
}

_unread := [way | some way in input.effective.escalations; way.id in {"unread-policy", "unread-role"}]
