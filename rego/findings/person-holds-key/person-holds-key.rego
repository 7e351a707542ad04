# METADATA
# title: Person's user with a key
# description: >-
#   A user is called by an e-mail address, so it is a person's, and has an active key. Either a program works under
#   the name of that person, or the person keeps a key that never ends where a sign-in would do.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html
#     description: AWS on people and workloads
#   - ref: https://owasp.org/www-project-non-human-identities-top-10/2025/10-human-use-of-nhi/
#     description: OWASP on human use of non-human identities
# custom:
#   id: person-holds-key
#   nhi: NHI10
#   severity: medium
#   confidence: heuristic
#   platforms: [aws]
#   needs: [principal.name, credential.status]
#   depends_on: [root-access-key]
#   controls:
#     cis_aws_7_0: ["2.19"]
#     nist_800_53_r5: [IA-2, IA-5, AC-2(9)]
#     soc2_2017: [CC6.1, CC6.2]
#     iso_27001_2022: [A.5.16, A.5.17]
#     gdpr: [Art. 32(4)]
#   message: "{principal} is a person and has {count} active keys"
#   remediation:
#     summary: People sign in and get a session; programs lease under a name of their own.
#     steps:
#       - Ask the person what uses the key.
#       - Give the program a role that it leases; give the person a sign-in by federation.
#       - Delete the key.
#   since: 0.1.0
package lapse.rules["person-holds-key"]

import data.lapse.lib.evidence
import data.lapse.lib.keys

finding contains {
	"id": "person-holds-key",
	"subject": input.principal.id,
	"detail": {"principal": input.principal.name, "count": count(_keys)},
	"evidence": [evidence.at("active key", keys.label(key.nativeId), key.locations) | some key in _keys],
} if {
	input.type == "principal"
	input.principal.platform == "aws"
	input.principal.kind == "user"
	_is_address(input.principal.name)
	count(_keys) > 0
}

_is_address(name) if {
	[mailbox, domain] := split(name, "@")
	contains(domain, ".")
	not mailbox in data.lapse.shared_mailboxes
}

# The credential report knows keys by number, listings by id: the same key must not be counted twice.
_keys := _listed if {
	count(_listed) > 0
} else := _all

_listed := [key | some key in _all; not contains(key.nativeId, "#")]

_all := [key | some key in keys.active; key.kind == "access-key"]
