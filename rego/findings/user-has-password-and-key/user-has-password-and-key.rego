# METADATA
# title: User with password and key
# description: >-
#   One user signs in to the console and has an access key. Either a person's rights are used by a program, or a
#   program's by a person; nobody can tell the two apart afterwards.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html
#     description: AWS on people and workloads
# custom:
#   id: user-has-password-and-key
#   nhi: NHI10
#   severity: low
#   confidence: certain
#   platforms: [aws]
#   needs: [principal.attributes.password_enabled, credential.status]
#   depends_on: []
#   controls:
#     nist_800_53_r5: [IA-2, AC-2(9), SC-2]
#     soc2_2017: [CC6.1, CC6.2]
#     iso_27001_2022: [A.5.16]
#   message: "{principal} has a console password and an active access key"
#   remediation:
#     summary: Split the two. The person signs in by federation, the program leases a role.
#     steps:
#       - Find out which of the two uses is the real one.
#       - Move the program to a role that it obtains by lease, then delete the key.
#       - Or, where it is a service user, delete the password.
#   since: 0.1.0
package lapse.rules["user-has-password-and-key"]

import data.lapse.lib.evidence
import data.lapse.lib.keys
import data.lapse.lib.subject

finding contains {
	"id": "user-has-password-and-key",
	"subject": input.principal.id,
	"detail": {"principal": subject.label},
	"evidence": array.concat(
		[evidence.at("console password", true, input.principal.locations)],
		[evidence.at("active key", keys.label(key.nativeId), key.locations) | some key in _access_keys],
	),
} if {
	input.type == "principal"
	input.principal.kind == "user"
	subject.has_password
	count(_access_keys) > 0
}

_access_keys := [key | some key in keys.active; key.kind == "access-key"]
