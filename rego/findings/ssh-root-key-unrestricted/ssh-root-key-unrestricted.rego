# METADATA
# title: SSH key that is root
# description: >-
#   A key lets in as root, from anywhere, to do anything, without an end. Whoever has its private half is the machine,
#   and the log says root and not who.
# related_resources:
#   - ref: https://man.openbsd.org/sshd#AUTHORIZED_KEYS_FILE_FORMAT
#     description: OpenSSH on options of keys
# custom:
#   id: ssh-root-key-unrestricted
#   nhi: NHI5
#   severity: high
#   confidence: certain
#   platforms: [linux]
#   needs: [credential.attributes.options]
#   depends_on: []
#   controls:
#     nist_800_53_r5: [AC-6(5), AC-17, IA-2(5)]
#     soc2_2017: [CC6.1, CC6.3]
#     iso_27001_2022: [A.8.2, A.8.5]
#   message: "the key {comment} lets in as root of {machine}, without any restriction"
#   remediation:
#     summary: Let people and programs come as themselves, and lease root.
#     steps:
#       - "Give each program a user of its own, with `command=`, `from=` and `restrict`."
#       - "Let people sign in with a certificate that lasts an hour and names them, and use `sudo`."
#       - "Remove the key, and set `PermitRootLogin no`."
#   since: 0.1.0
package lapse.rules["ssh-root-key-unrestricted"]

import data.lapse.lib.evidence

finding contains {
	"id": "ssh-root-key-unrestricted",
	"subject": key.id,
	"detail": {
		"machine": concat("/", input.principal.scope),
		"comment": _label(key.attributes),
	},
	"evidence": [evidence.at("key", key.attributes.public_key_fingerprint, key.locations)],
} if {
	input.type == "principal"
	input.principal.platform == "linux"
	input.principal.kind == "user"
	input.principal.name == "root"
	some key in input.credentials
	key.kind == "authorized-key"
	key.status == "active"
	not key.expiresAt
	not key.attributes.from
	not key.attributes.command
}

# Some keys have nothing written behind them.
_label(attributes) := attributes.comment if {
	attributes.comment != ""
} else := attributes.public_key_fingerprint
