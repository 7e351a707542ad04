# METADATA
# title: Orb beside contexts that can change
# description: >-
#   A pipeline runs an orb of somebody else by a version that moves, while its jobs hold contexts. The next version
#   that is published runs with all secrets of these contexts.
# related_resources:
#   - ref: https://circleci.com/docs/guides/orbs/use/orb-concepts/#semantic-versioning
#     description: CircleCI on versions of orbs
#   - ref: https://circleci.com/docs/security-recommendations/
#     description: CircleCI on security
# custom:
#   id: circleci-orb-unpinned
#   nhi: NHI3
#   severity: medium
#   confidence: certain
#   platforms: [circleci]
#   needs: [principal.attributes.orbs, principal.attributes.jobs]
#   depends_on: []
#   controls:
#     nist_800_53_r5: [CM-5, SI-7, SR-3]
#     soc2_2017: [CC6.8, CC8.1, CC9.2]
#     iso_27001_2022: [A.5.21, A.8.32]
#   message: "pipeline {pipeline} runs {orb} beside the contexts {contexts}"
#   remediation:
#     summary: Pin the orb to a full version.
#     steps:
#       - "Write all three numbers (`name/orb@1.2.3`), and let a bot propose updates."
#       - Run steps of others in jobs without contexts.
#       - Replace keys in contexts by the OIDC token of the job.
#   since: 0.1.0
package lapse.rules["circleci-orb-unpinned"]

import data.lapse.lib.evidence

finding contains {
	"id": "circleci-orb-unpinned",
	"subject": input.principal.id,
	"detail": {
		"pipeline": input.principal.name,
		"orb": orb.uses,
		"contexts": sort(_contexts),
		"key": split(orb.uses, "@")[0],
	},
	"evidence": [evidence.at("orb", orb.uses, [{
		"path": input.principal.locations[0].path,
		"line": orb.line,
	}])],
} if {
	input.type == "principal"
	input.principal.platform == "circleci"
	some orb in input.principal.attributes.orbs
	orb.pinned == false
	not split(orb.uses, "/")[0] in {"circleci", input.principal.scope[0]}

	# Of a repository that is not known nobody can say whose orbs are its own.
	input.principal.scope[0] != "local"
	count(_contexts) > 0
}

_contexts := {context | some job in input.principal.attributes.jobs; some context in job.contexts}
