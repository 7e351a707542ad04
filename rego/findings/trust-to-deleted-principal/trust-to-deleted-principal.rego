# METADATA
# title: Trust in somebody who is gone
# description: >-
#   A trust policy names a unique id in place of a name. AWS shows that when the user or role has been deleted:
#   nobody can use the statement, and nobody knows any more whom it was meant for.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
#     description: AWS on principals that were deleted
# custom:
#   id: trust-to-deleted-principal
#   nhi: NHI1
#   severity: low
#   confidence: certain
#   platforms: [aws]
#   needs: [trusts_in]
#   depends_on: []
#   controls:
#     nist_800_53_r5: [AC-2(3), AC-3(8)]
#     soc2_2017: [CC6.2]
#     iso_27001_2022: [A.5.18]
#   message: "{principal} trusts {gone}, which does not exist any more"
#   remediation:
#     summary: Delete the statement. Who needs the role leases it.
#     steps:
#       - Ask the owner of the role who was meant.
#       - Delete the statement, or name the one who uses it now.
#   since: 0.1.0
package lapse.rules["trust-to-deleted-principal"]

import data.lapse.lib.evidence
import data.lapse.lib.subject
import data.lapse.lib.trusts

finding contains {
	"id": "trust-to-deleted-principal",
	"subject": input.principal.id,
	"detail": {"principal": subject.label, "gone": sort({_unique_id(trust) | some trust in _dangling})},
	"evidence": [evidence.at("trusted id", _unique_id(trust), trust.locations) | some trust in _dangling],
} if {
	input.type == "principal"
	input.principal.platform == "aws"
	count(_dangling) > 0
}

_dangling := [trust | some trust in trusts.declared_by_target; _unique_id(trust)]

# aws:user:AIDA…, as against aws:user:arn:…; one that is listed has its ARN for an id.
_unique_id(trust) := id if {
	trust.subject.kind == "principal"
	[_, _, id] := split(trust.subject.id, ":")
	some prefix in ["AIDA", "AROA"]
	startswith(id, prefix)
}
