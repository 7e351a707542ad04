# METADATA
# title: Role that many may become
# description: >-
#   Many principals, accounts and issuers may become one role. Each needs some of its rights and has all of them, and
#   the log of the target shows one name for them all.
# related_resources:
#   - ref: https://owasp.org/www-project-non-human-identities-top-10/2025/9-nhi-reuse/
#     description: OWASP on reuse of non-human identities
# custom:
#   id: role-with-many-trusts
#   nhi: NHI9
#   severity: low
#   confidence: certain
#   platforms: [aws]
#   needs: [trusts_in]
#   depends_on: [trust-any-principal]
#   controls:
#     nist_800_53_r5: [AC-2(9), AC-6, IA-4]
#     soc2_2017: [CC6.1, CC6.3]
#     iso_27001_2022: [A.5.16, A.8.2]
#   message: "{count} others can become {principal}"
#   remediation:
#     summary: One role for each purpose; lease it to whoever needs it now.
#     steps:
#       - Group those who use it by what they do there.
#       - Make a role for each group, and narrow the trust to it.
#       - What people use now and then becomes a target of lapse.
#   since: 0.1.0
package lapse.rules["role-with-many-trusts"]

import data.lapse.lib.evidence
import data.lapse.lib.settings
import data.lapse.lib.subject
import data.lapse.lib.trusts

finding contains {
	"id": "role-with-many-trusts",
	"subject": input.principal.id,
	"detail": {"principal": subject.label, "count": count(_parties)},
	"evidence": [evidence.at("trusted", count(_parties), input.principal.locations)],
} if {
	input.type == "principal"
	input.principal.platform == "aws"
	input.principal.kind == "role"
	count(input.trusts_in) >= settings.thresholds.trusted_parties
	count(_parties) >= settings.thresholds.trusted_parties
}

# Services take a role for what somebody gave them, and are no parties of their own.
_parties contains object.remove(trust.subject, ["session"]) if {
	some trust in trusts.declared_by_target
	startswith(trust.how, "assume")
	trust.subject.kind in {"principal", "account", "federated"}
}
