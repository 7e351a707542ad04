# METADATA
# title: Login that others may become
# description: >-
#   A role that signs in itself has members that may act as it. What is done as this role may have been done by any of
#   them, and its password, its grants and its objects belong to all.
# related_resources:
#   - ref: https://www.postgresql.org/docs/current/role-membership.html
#     description: PostgreSQL on role membership
#   - ref: https://owasp.org/www-project-non-human-identities-top-10/2025/9-nhi-reuse/
#     description: OWASP on reuse of non-human identities
# custom:
#   id: db-login-role-shared
#   nhi: NHI9
#   severity: low
#   confidence: certain
#   platforms: [postgres]
#   needs: [trusts_in, principal.attributes.login]
#   depends_on: []
#   controls:
#     nist_800_53_r5: [AC-2(9), IA-4]
#     soc2_2017: [CC6.1, CC6.3]
#     iso_27001_2022: [A.5.16]
#   message: "{members} may act as the login role {principal}"
#   remediation:
#     summary: "Split it: a group role with the grants, and a login for each."
#     steps:
#       - Make a role without LOGIN, and give it the grants and objects.
#       - Make the old login and its members members of that.
#       - Lease logins to people instead of letting them become a program.
#   since: 0.1.0
package lapse.rules["db-login-role-shared"]

import data.lapse.lib.evidence

finding contains {
	"id": "db-login-role-shared",
	"subject": input.principal.id,
	"detail": {"principal": input.principal.name, "members": sort({_name(trust) | some trust in _members})},
	"evidence": [evidence.at("member", _name(trust), trust.locations) | some trust in _members],
} if {
	input.type == "principal"
	input.principal.platform == "postgres"
	input.principal.kind == "role"
	input.principal.attributes.login == true
	count(_members) > 0
}

# Who administers the membership only, as whoever makes a role does from 16 on, is no member in use.
_members := [trust |
	some trust in input.trusts_in
	trust.how == "member-of"
	not trust.condition.set == false
]

_name(trust) := parts[count(parts) - 1] if parts := split(trust.subject.id, "/")
