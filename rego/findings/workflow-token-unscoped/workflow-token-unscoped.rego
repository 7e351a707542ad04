# METADATA
# title: Workflow token not scoped to jobs
# description: >-
#   What the token of a workflow may do is said for all of its jobs at once, so that each may write what one of them
#   needs; or it is not said at all, and the default of the repository or organization counts, which may be to write
#   everything.
# related_resources:
#   - ref: https://docs.github.com/en/actions/security-for-github-actions/security-guides/automatic-token-authentication
#     description: GitHub on the token of a workflow and its permissions
# custom:
#   id: workflow-token-unscoped
#   nhi: NHI6
#   severity: low
#   confidence: certain
#   platforms: [github]
#   needs: [principal.attributes.permissions, principal.attributes.jobs]
#   depends_on: [workflow-token-wide]
#   controls:
#     nist_800_53_r5: [AC-6, CM-7]
#     soc2_2017: [CC6.3]
#     iso_27001_2022: [A.8.2, A.8.25]
#   message: "workflow {workflow} runs with {what}"
#   remediation:
#     summary: Read at the top, and the one write that a job needs in that job.
#     steps:
#       - "Put `permissions: {contents: read}` at the top of the file."
#       - Give each job that must write the scope it writes, and no other.
#   since: 0.1.0
package lapse.rules["workflow-token-unscoped"]

import data.lapse.lib.evidence
import data.lapse.lib.workflows

finding contains {
	"id": "workflow-token-unscoped",
	"subject": input.principal.id,
	"detail": {"workflow": input.principal.name, "what": _width.what, "key": _width.key},
	"evidence": [evidence.at("permissions", _width.value, _width.locations)],
} if {
	workflows.present
	count(workflows.write_all) == 0
}

_width := {
	"key": "top-level",
	"what": concat(" ", ["a token that lets every job write", concat(", ", sort(_shared_writes))]),
	"value": input.principal.attributes.permissions,
	"locations": [location | some grant in _shared_grants; some location in grant.locations],
} if {
	count(_shared_writes) > 0
} else := {
	"key": "default",
	"what": "whatever token the repository or organization gives by default",
	"value": "default",
	"locations": input.principal.locations,
} if {
	some job in workflows.jobs
	job.permissions == "default"
}

# What stands at the top reaches every job, which matters once there are two. Asking for an OIDC token is no write.
_shared_writes contains scope if {
	count(workflows.jobs) > 1
	is_object(input.principal.attributes.permissions)
	some scope, level in input.principal.attributes.permissions
	level == "write"
	scope != "id-token"
}

_shared_grants := [grant |
	some grant in input.grants
	"workflow" in grant.via
	some scope in _shared_writes
	concat(":", [scope, "write"]) in grant.actions
]
