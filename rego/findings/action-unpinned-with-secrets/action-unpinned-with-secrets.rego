# METADATA
# title: Unpinned action beside secrets
# description: >-
#   A job that holds secrets, or may ask for an OIDC token, runs an action of somebody else by tag or branch. Whoever
#   can move that tag reads the secrets at the next run.
# related_resources:
#   - ref: https://docs.github.com/en/actions/reference/security/secure-use#using-third-party-actions
#     description: GitHub on actions of third parties
# custom:
#   id: action-unpinned-with-secrets
#   nhi: NHI3
#   severity: high
#   confidence: certain
#   platforms: [github]
#   needs: [principal.attributes.jobs]
#   depends_on: [workflow-token-wide]
#   controls:
#     nist_800_53_r5: [SR-3, SI-7, SA-9]
#     soc2_2017: [CC6.8, CC9.2]
#     iso_27001_2022: [A.5.21, A.8.30]
#   message: "workflow {workflow} runs {refs} beside secrets, by a name that can be moved"
#   remediation:
#     summary: Pin the action to a commit, or run it in a job without secrets.
#     steps:
#       - Replace the tag by the full commit hash, and let a bot propose updates.
#       - Move steps that need no secrets to a job of their own.
#   since: 0.1.0
package lapse.rules["action-unpinned-with-secrets"]

import data.lapse.lib.evidence
import data.lapse.lib.workflows

finding contains {
	"id": "action-unpinned-with-secrets",
	"subject": input.principal.id,
	"detail": {
		"workflow": input.principal.name,
		"action": name,
		"refs": sort({action.uses | some action in used}),
		"key": name,
	},
	"evidence": [evidence.at("unpinned action", action.uses, workflows.line(action.line)) | some action in used],
} if {
	some name in {workflows.without_ref(action.uses) | some action in _unpinned}
	used := [action | some action in _unpinned; workflows.without_ref(action.uses) == name]
}

_unpinned := [action |
	some job in workflows.jobs
	workflows.holds_secrets(job)
	some action in job.unpinned_actions
	owner := lower(split(action.uses, "/")[0])
	not owner in object.keys(data.lapse.trusted_action_owners)
	not _own(owner)
]

_own(owner) if owner == lower(input.principal.scope[0])
