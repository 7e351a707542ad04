# METADATA
# title: Leaked secret of an administrator
# description: >-
#   A static secret that was found belongs to a principal that is, or can become, an administrator. Whoever reads the
#   file, or the history, or a copy of either, owns the account or the cluster.
# related_resources:
#   - ref: https://owasp.org/www-project-non-human-identities-top-10/2025/2-secret-leakage/
#     description: OWASP on leaked secrets
# custom:
#   id: secret-matches-privileged-credential
#   nhi: NHI2
#   severity: critical
#   confidence: evidence
#   platforms: []
#   needs: [secret.match, effective.admin, paths]
#   depends_on: []
#   controls:
#     nist_800_53_r5: [IA-5(6), IA-5(7), AC-6(5)]
#     soc2_2017: [CC6.1, CC7.3]
#     iso_27001_2022: [A.5.17, A.8.2, A.8.12]
#     gdpr: [Art. 32(1)(b)]
#   message: "{title} in {place} belongs to {principal}, which {reach}{proviso}"
#   remediation:
#     summary: Revoke the credential now, then let the workload lease what it needs.
#     steps:
#       - Disable the credential at its provider and look in its log for use that nobody can explain.
#       - Remove the way to administration that `lapse graph` shows.
#       - Let the program obtain a lease with `lapse exec` in place of the secret.
#   since: 0.1.0
package lapse.rules["secret-matches-privileged-credential"]

import data.lapse.lib.answers
import data.lapse.lib.evidence
import data.lapse.lib.secrets
import data.lapse.lib.subject

finding contains {
	"id": "secret-matches-privileged-credential",
	"subject": input.secret.id,
	"case": _level_case,
	"detail": {
		"title": input.secret.title,
		"place": secrets.places[0].path,
		"principal": subject.label,
		"reach": _reach,
		"proviso": answers.proviso(_answer),
	},
	"evidence": array.concat(
		evidence.each_place("found in", secrets.places, 10),
		[evidence.plain(subject.step_name(step), step.uses) | some step in subject.steps_to_admin],
	),
} if {
	input.type == "secret"
	not secrets.dead
	answers.shown(_answer)
}

_answers contains input.effective.admin

_answers contains subject.path_to_admin.answer

_answer := answers.firmest(_answers)

default _level_case := "default"

# A live secret is critical by itself, and this must not weigh less than that.
_level_case := "conditional" if {
	is_object(_answer)
	not secrets.live
}

default _reach := "is an administrator"

_reach := subject.reach if not answers.possible(input.effective.admin)

# A certain way weighs more than administration that depends on conditions.
_reach := subject.reach if {
	subject.path_to_admin.answer == "yes"
	not input.effective.admin == "yes"
}
