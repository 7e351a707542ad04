# METADATA
# title: SSH key that is too weak
# description: >-
#   A key that lets somebody in is of a kind that OpenSSH has given up (DSA), or an RSA key shorter than two thousand
#   bits.
# related_resources:
#   - ref: https://www.openssh.com/txt/release-7.0
#     description: OpenSSH on giving up DSA
#   - ref: https://nvlpubs.nist.gov/nistpubs/SpecialPublications/NIST.SP.800-131Ar2.pdf
#     description: NIST on lengths of keys
# custom:
#   id: ssh-key-weak
#   nhi: NHI4
#   severity: high
#   confidence: certain
#   platforms: [linux]
#   needs: [credential.attributes.key_type]
#   depends_on: []
#   controls:
#     nist_800_53_r5: [IA-5(2), SC-12, SC-13]
#     soc2_2017: [CC6.1]
#     iso_27001_2022: [A.8.5, A.8.24]
#   message: "the key {comment} that lets in as {principal} is {strength}"
#   remediation:
#     summary: Replace it; better, sign certificates that last an hour.
#     steps:
#       - Ask its owner for an Ed25519 key, or let lapse sign a certificate for each session.
#       - "Remove the line from `authorized_keys`, on every machine that has it."
#   since: 0.1.0
package lapse.rules["ssh-key-weak"]

import data.lapse.lib.evidence
import data.lapse.lib.settings

finding contains {
	"id": "ssh-key-weak",
	"subject": key.id,
	"detail": {
		"principal": input.principal.name,
		"comment": _label(key.attributes),
		"strength": _strength(key.attributes),
	},
	"evidence": [evidence.at("key", key.attributes.public_key_fingerprint, key.locations)],
} if {
	input.type == "principal"
	input.principal.platform == "linux"
	some key in input.credentials
	key.kind in {"authorized-key", "certificate-authority"}
	not key.status in {"inactive", "expired"}
	_strength(key.attributes)
}

# Some keys have nothing written behind them.
_label(attributes) := attributes.comment if {
	attributes.comment != ""
} else := attributes.public_key_fingerprint

_strength(attributes) := "DSA" if attributes.key_type == "ssh-dss"

_strength(attributes) := concat("", ["RSA of ", format_int(attributes.key_bits, 10), " bits"]) if {
	attributes.key_type == "ssh-rsa"
	is_number(attributes.key_bits)
	attributes.key_bits < settings.thresholds.rsa_bits
}
