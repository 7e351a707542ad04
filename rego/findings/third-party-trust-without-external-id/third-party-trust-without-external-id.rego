# METADATA
# title: Third party without external id
# description: >-
#   Another account may become the principal, and nothing ties that to the customer it acts for. If it belongs to a
#   vendor, another customer of the vendor can make it act here. Accounts of one's own belong into `known_accounts`.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
#     description: AWS on the confused deputy
# custom:
#   id: third-party-trust-without-external-id
#   nhi: NHI3
#   severity: high
#   confidence: evidence
#   platforms: [aws]
#   needs: [trusts_in]
#   depends_on: []
#   controls:
#     nist_800_53_r5: [AC-20, IA-8, SA-9]
#     soc2_2017: [CC6.6, CC9.2]
#     iso_27001_2022: [A.5.19, A.5.23]
#   message: "{principal} can be assumed from account {account} without an external id"
#   remediation:
#     summary: Demand an external id that the third party made for you, and a narrow role.
#     steps:
#       - Add a condition on `sts:ExternalId`, or for an account of your own on `aws:PrincipalOrgID`.
#       - Name the third party's role in place of its account.
#       - Enter accounts of your own under `policy.data.known_accounts`.
#   since: 0.1.0
package lapse.rules["third-party-trust-without-external-id"]

import data.lapse.lib.evidence
import data.lapse.lib.trusts

finding contains {
	"id": "third-party-trust-without-external-id",
	"subject": input.principal.id,
	"case": _level_case(open_trusts),
	"detail": {"principal": input.principal.name, "account": account, "key": account},
	"evidence": [evidence.at("trusted account", account, trust.locations) | some trust in open_trusts],
} if {
	input.type == "principal"
	input.principal.platform == "aws"
	some account in {trusts.account_of(trust) | some trust in _foreign}
	open_trusts := [trust | some trust in _foreign; trusts.account_of(trust) == account]
}

_foreign := [trust |
	some trust in trusts.declared_by_target
	trust.how == "assume"
	account := trusts.account_of(trust)
	not account in input.principal.scope
	not account in object.keys(data.lapse.known_accounts)
	not _tied(trust)
]

_tied(trust) if {
	some operator, tests in trust.condition
	not contains(lower(operator), "not")
	not endswith(lower(operator), "ifexists")
	not startswith(lower(operator), "forallvalues")
	some key, _ in tests
	lower(key) in data.lapse.customer_condition_keys
}

_level_case(open_trusts) := "default" if {
	some trust in open_trusts
	trusts.unconditional(trust)
} else := "conditional"
