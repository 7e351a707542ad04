# METADATA
# title: Other account can administrate
# description: >-
#   An account that is not known to be one of your own may become a role that is, or can become, an administrator. An
#   external id would only say for whom it acts; what it may do is everything.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html
#     description: AWS on access by third parties
#   - ref: https://owasp.org/www-project-non-human-identities-top-10/2025/3-vulnerable-third-party-nhi/
#     description: OWASP on third-party identities
# custom:
#   id: third-party-trust-privileged
#   nhi: NHI3
#   severity: high
#   confidence: evidence
#   platforms: [aws]
#   needs: [trusts_in, effective.admin]
#   depends_on: [trust-any-principal]
#   controls:
#     nist_800_53_r5: [AC-6(6), AC-20, SA-9]
#     soc2_2017: [CC6.3, CC9.2]
#     iso_27001_2022: [A.5.19, A.5.23, A.8.2]
#     gdpr: [Art. 28(1), Art. 32(1)(b)]
#   message: "account {accounts} can become {principal}, which {reach}{proviso}"
#   remediation:
#     summary: Give the third party what its work needs, and administration never; lease more for the hour of a change.
#     steps:
#       - "Ask what the account is, and enter it under `policy.data.known_accounts` if it is yours."
#       - Replace the policies of the role by what its use in the last months shows.
#       - For rare work, make a role a target of lapse, with an approval.
#   since: 0.1.0
package lapse.rules["third-party-trust-privileged"]

import data.lapse.lib.answers
import data.lapse.lib.evidence
import data.lapse.lib.subject
import data.lapse.lib.trusts

finding contains {
	"id": "third-party-trust-privileged",
	"subject": input.principal.id,
	"case": answers.level_case(subject.administration),
	"detail": {
		"principal": subject.label,
		"accounts": sort({trusts.account_of(trust) | some trust in _foreign}),
		"reach": subject.administers,
		"proviso": answers.proviso(subject.administration),
	},
	"evidence": [evidence.at("trusted account", trusts.account_of(trust), trust.locations) | some trust in _foreign],
} if {
	input.type == "principal"
	input.principal.platform == "aws"
	input.principal.kind == "role"
	count(_foreign) > 0
	answers.shown(subject.administration)
}

_foreign := [trust |
	some trust in trusts.declared_by_target
	trust.how == "assume"
	account := trusts.account_of(trust)
	not account in input.principal.scope
	not account in object.keys(data.lapse.known_accounts)
]
