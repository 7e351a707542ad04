# METADATA
# title: Vault token without an end
# description: >-
#   A token of Vault never ends, or is renewed for ever: a root token, or a periodic one that some program keeps
#   alive. Whoever copies it has its policies as long as nobody looks.
# related_resources:
#   - ref: https://developer.hashicorp.com/vault/docs/concepts/tokens
#     description: Vault on tokens
# custom:
#   id: vault-token-endless
#   nhi: NHI7
#   severity: medium
#   confidence: certain
#   platforms: [vault]
#   needs: [credential.kind, credential.status]
#   depends_on: []
#   controls:
#     nist_800_53_r5: [AC-2(7), IA-5]
#     soc2_2017: [CC6.1, CC6.2]
#     iso_27001_2022: [A.5.17, A.8.2]
#   message: "the token {principal} never ends{root}"
#   remediation:
#     summary: Let the program sign in by a method, with tokens that end.
#     steps:
#       - Revoke root tokens when the work is done; make one with unseal keys when it is needed.
#       - Let the program sign in by Kubernetes, a cloud or OIDC, and renew its short token.
#       - Lease secrets to what cannot sign in.
#   since: 0.1.0
package lapse.rules["vault-token-endless"]

import data.lapse.lib.evidence

finding contains {
	"id": "vault-token-endless",
	"subject": token.id,
	"case": _case,
	"detail": {"principal": input.principal.name, "root": _root[_case]},
	"evidence": [evidence.at("token without an end", token.status, token.locations)],
} if {
	input.type == "principal"
	input.principal.platform == "vault"
	some token in input.credentials
	token.kind == "token"
	token.status == "active"
	not token.expiresAt
	not token.expiryUnknown
}

_case := "root" if {
	input.effective.admin == "yes"
} else := "default"

_root := {"default": "", "root": ", and has the rights of root"}
