# METADATA
# title: Permissions that nobody uses
# description: >-
#   The provider's own record says that services or actions which a principal is granted were not used in the time
#   that the record covers. What is not used can be taken away, and leased if it is needed after all.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html
#     description: AWS on last accessed information
# custom:
#   id: permission-unused
#   nhi: NHI5
#   severity: low
#   confidence: evidence
#   platforms: [aws]
#   needs: [principal.observations]
#   depends_on: [principal-dormant, admin-standing]
#   controls:
#     nist_800_53_r5: [AC-6, AC-6(7)]
#     soc2_2017: [CC6.3]
#     iso_27001_2022: [A.5.18, A.8.2]
#   message: "{principal} has not used {count} of what it is granted: {sample}"
#   remediation:
#     summary: Take away what is not used; lease what is needed twice a year.
#     steps:
#       - Compare with what runs once a quarter or once a year.
#       - Remove the services and actions from the policy.
#       - Make the rest a role that is leased.
#   since: 0.1.0
package lapse.rules["permission-unused"]

import data.lapse.lib.clock
import data.lapse.lib.evidence
import data.lapse.lib.settings
import data.lapse.lib.subject

finding contains {
	"id": "permission-unused",
	"subject": input.principal.id,
	"detail": {
		"principal": subject.label,
		"count": count(_unused),
		"sample": array.slice(sort(_unused), 0, 5),
	},
	"evidence": [object.union(
		evidence.at("not used", sort(_unused), [observation.location]),
		{"source": observation.source, "confidence": observation.confidence},
	) |
		some observation in _records
	],
} if {
	input.type == "principal"
	count(_records) > 0
	not subject.service_linked
	not _young
	count(_unused) > 0
}

# Records of what is granted and not used, not of what was called.
_records := [observation |
	some observation in input.principal.observations
	observation.source in {"aws-access-advisor", "aws-access-analyzer"}
	not object.get(observation, "status", "ACTIVE") in {"ARCHIVED", "RESOLVED"}
	observation.actions
]

# What any record knows to be used is used.
_unused contains action if {
	some observation in _records
	some action, last in observation.actions
	last == null
	not action in _used
}

_used contains action if {
	some observation in input.principal.observations
	some action, last in observation.actions
	last != null
}

# Whoever was made yesterday has had no time to use anything.
_young if clock.days_between(input.principal.createdAt, input.now) < settings.thresholds.permission_unused_days
