# METADATA
# title: Database password kept in a weak form
# description: >-
#   The server keeps a password in a form that is as good as the password itself, is cracked cheaply, or is written in
#   clear: md5 in PostgreSQL, the old plugins of MySQL. A dump or a replica then gives it away.
# related_resources:
#   - ref: https://www.postgresql.org/docs/current/auth-password.html
#     description: PostgreSQL on password authentication
#   - ref: https://dev.mysql.com/doc/refman/8.4/en/native-pluggable-authentication.html
#     description: MySQL on its native authentication
# custom:
#   id: db-password-weak-scheme
#   nhi: NHI4
#   severity: medium
#   confidence: certain
#   platforms: [postgres, mysql]
#   needs: [credential.attributes.scheme]
#   depends_on: []
#   controls:
#     nist_800_53_r5: [IA-5(1), SC-13]
#     soc2_2017: [CC6.1]
#     iso_27001_2022: [A.8.5, A.8.24]
#   message: "the password of {principal} is kept as {scheme}"
#   remediation:
#     summary: Set it anew with SCRAM or caching_sha2; better, lease it.
#     steps:
#       - "Set `password_encryption` to `scram-sha-256`, or the plugin to `caching_sha2_password` (MariaDB: `ed25519`)."
#       - Set the password anew, since what is stored cannot be converted.
#       - Lease the login instead, so that no password lasts.
#   since: 0.1.0
package lapse.rules["db-password-weak-scheme"]

import data.lapse.lib.evidence

finding contains {
	"id": "db-password-weak-scheme",
	"subject": password.id,
	"case": _case(password.attributes.scheme),
	"detail": {"principal": input.principal.name, "scheme": password.attributes.scheme},
	"evidence": [evidence.at("scheme", password.attributes.scheme, password.locations)],
} if {
	input.type == "principal"
	input.principal.platform in {"mysql", "postgres"}
	some password in input.credentials
	password.kind == "password"
	not password.status in {"inactive", "expired"}
	password.attributes.scheme in object.keys(data.lapse.weak_password_schemes)
}

_case(scheme) := "clear" if {
	scheme == "plain"
} else := "legacy" if {
	scheme == "mysql_native_password"
} else := "default"
