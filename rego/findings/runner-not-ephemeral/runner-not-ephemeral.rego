# METADATA
# title: Runner that keeps what jobs leave
# description: >-
#   A runner of your own is used for one job after the other. What a job writes to its disk, its tools or its caches
#   is there for the next one, which may belong to another repository and hold other secrets.
# related_resources:
#   - ref: https://docs.github.com/en/actions/reference/security/secure-use#hardening-for-self-hosted-runners
#     description: GitHub on self-hosted runners
# custom:
#   id: runner-not-ephemeral
#   nhi: NHI6
#   severity: low
#   confidence: certain
#   platforms: [github]
#   needs: [principal.attributes.ephemeral]
#   depends_on: []
#   controls:
#     cis_github_1_2_0: ["2.2.1"]
#     nist_800_53_r5: [CM-6, SC-2]
#     soc2_2017: [CC6.8, CC8.1]
#     iso_27001_2022: [A.8.9, A.8.25]
#   message: "the runner {principal} of {where} runs one job after the other"
#   remediation:
#     summary: Start a fresh runner for each job.
#     steps:
#       - "Register runners with `--ephemeral`, or use a controller that makes one for each job."
#       - Keep runners for production apart, in a group of their own.
#       - Give the machine no standing credentials; let jobs log in by OIDC or lease them.
#   since: 0.1.0
package lapse.rules["runner-not-ephemeral"]

import data.lapse.lib.evidence

finding contains {
	"id": "runner-not-ephemeral",
	"subject": input.principal.id,
	"case": _case,
	"detail": {"principal": input.principal.name, "where": concat("/", input.principal.scope)},
	"evidence": [evidence.at("ephemeral", false, input.principal.locations)],
} if {
	input.type == "principal"
	input.principal.platform == "github"
	input.principal.kind == "runner"
	input.principal.attributes.ephemeral == false
}

# Of an organization: jobs of several repositories meet on it.
_case := "organization" if {
	count(input.principal.scope) == 1
} else := "default"
