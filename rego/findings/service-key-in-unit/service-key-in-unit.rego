# METADATA
# title: Key in a unit of systemd
# description: >-
#   A key is written out in a unit of systemd, in its environment or on its command line. Every user of the machine
#   can read the unit, `systemctl show` prints it, and a command line is in the list of processes.
# related_resources:
#   - ref: https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html#Environment
#     description: systemd on variables and secrets
#   - ref: https://systemd.io/CREDENTIALS/
#     description: systemd on credentials
# custom:
#   id: service-key-in-unit
#   nhi: NHI2
#   severity: high
#   confidence: certain
#   platforms: [linux]
#   needs: [credential.kind]
#   depends_on: []
#   controls:
#     nist_800_53_r5: [IA-5(6), IA-5(7)]
#     soc2_2017: [CC6.1]
#     iso_27001_2022: [A.5.17, A.8.12]
#   message: "{name} is written out in the unit {principal}"
#   remediation:
#     summary: Let the service lease the key, or load it as a credential.
#     steps:
#       - "Start the program with `lapse exec`, which leases what it needs."
#       - "Or use `LoadCredentialEncrypted=`, and let the program read the file."
#       - Revoke the key, since every user of the machine may have read it.
#   since: 0.1.0
package lapse.rules["service-key-in-unit"]

import data.lapse.lib.evidence
import data.lapse.lib.keys

finding contains {
	"id": "service-key-in-unit",
	"subject": key.id,
	"detail": {
		"principal": input.principal.name,
		"name": object.get(object.get(key, "attributes", {}), "name", keys.label(key.nativeId)),
	},
	"evidence": [evidence.at("written out", key.nativeId, key.locations)],
} if {
	input.type == "principal"
	input.principal.platform == "linux"
	input.principal.kind == "unit"
	some key in input.credentials
	key.kind == "environment-key"
	not key.status in {"inactive", "expired"}
}
