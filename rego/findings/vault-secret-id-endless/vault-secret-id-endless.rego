# METADATA
# title: Secret id of an AppRole without an end
# description: >-
#   Secret ids of an AppRole never expire. One in a pipeline or an image is a password to Vault that lasts until
#   somebody thinks of it; where it also may be used without limit, nobody notices who uses it.
# related_resources:
#   - ref: https://developer.hashicorp.com/vault/docs/auth/approle/approle-pattern
#     description: Vault on good practice with AppRole
#   - ref: https://developer.hashicorp.com/vault/api-docs/auth/approle
#     description: Vault on the options of AppRole
# custom:
#   id: vault-secret-id-endless
#   nhi: NHI7
#   severity: medium
#   confidence: certain
#   platforms: [vault]
#   needs: [credential.attributes.ttl]
#   depends_on: []
#   controls:
#     nist_800_53_r5: [IA-5, IA-5(13)]
#     soc2_2017: [CC6.1]
#     iso_27001_2022: [A.5.17]
#   message: "secret ids of {principal} never expire{uses}"
#   remediation:
#     summary: Give secret ids minutes and one use, or let the program prove what it is.
#     steps:
#       - "Set `secret_id_ttl` to minutes and `secret_id_num_uses` to 1, and hand them out wrapped."
#       - Where the program runs in a cluster, a cloud or CI, sign in by that method instead.
#       - Destroy the secret ids that are out.
#   since: 0.1.0
package lapse.rules["vault-secret-id-endless"]

import data.lapse.lib.evidence

finding contains {
	"id": "vault-secret-id-endless",
	"subject": secret.id,
	"case": _case(secret),
	"detail": {"principal": input.principal.name, "uses": _uses[_case(secret)]},
	"evidence": [evidence.at("secret_id_ttl", 0, secret.locations)],
} if {
	input.type == "principal"
	input.principal.platform == "vault"
	some secret in input.credentials
	secret.kind == "secret-id"
	secret.attributes.ttl == 0
	not secret.expiresAt
	not secret.status in {"inactive", "expired"}
}

_case(secret) := "counted" if {
	secret.attributes.num_uses > 0
} else := "default"

_uses := {"default": " and may be used without limit", "counted": ""}
