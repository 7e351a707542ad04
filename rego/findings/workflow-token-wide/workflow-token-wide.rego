# METADATA
# title: Workflow token too wide
# description: >-
#   The token that GitHub hands to a workflow may write more than its jobs need - everything (`write-all`), something
#   that every job gets because it stands at the top, or whatever the organization's default is because nothing is said.
# related_resources:
#   - ref: https://docs.github.com/en/actions/security-for-github-actions/security-guides/automatic-token-authentication
#     description: GitHub on the token of a workflow and its permissions
# custom:
#   id: workflow-token-wide
#   nhi: NHI6
#   severity: high
#   confidence: certain
#   platforms: [github]
#   needs: [principal.attributes.permissions, principal.attributes.jobs]
#   depends_on: []
#   controls: {}
#   message: "workflow {workflow} runs with {what}"
#   remediation:
#     summary: Read at the top, and the one write that a job needs in that job.
#     steps:
#       - "Put `permissions: {contents: read}` at the top of the file."
#       - Give each job that must write the scope it writes, and no other.
#   since: 0.1.0
package lapse.rules["workflow-token-wide"]

import data.lapse.lib.evidence
import data.lapse.lib.workflows

finding contains {
	"id": "workflow-token-wide",
	"subject": input.principal.id,
	"case": _width.case,
	"detail": {"workflow": input.principal.name, "what": _width.what, "key": _width.key},
	"evidence": [evidence.at("permissions", _width.value, _width.locations)],
} if {
	workflows.present
}

_width := {
	"case": "default",
	"key": "write-all",
	"what": "a token that may write everything",
	"value": "write-all",
	"locations": [location | some grant in _write_all; some location in grant.locations],
} if {
	count(_write_all) > 0
} else := {
	"case": "top_level_write",
	"key": "top-level",
	"what": concat(" ", ["a token that lets every job write", concat(", ", sort(_shared_writes))]),
	"value": input.principal.attributes.permissions,
	"locations": [location | some grant in _shared_grants; some location in grant.locations],
} if {
	count(_shared_writes) > 0
} else := {
	"case": "default_token",
	"key": "default",
	"what": "whatever token the organization gives by default",
	"value": "default",
	"locations": input.principal.locations,
} if {
	some job in input.principal.attributes.jobs
	job.permissions == "default"
}

_write_all := [grant |
	some grant in input.grants
	grant.effect == "allow"
	"*:write" in grant.actions
]

# What stands at the top reaches every job, which matters once there are two. Asking for an OIDC token is no write.
_shared_writes contains scope if {
	count(input.principal.attributes.jobs) > 1
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
