# METADATA
# title: OIDC trusts into the principal at hand
# description: How wide they are was judged by src/iam; here they are sorted by that verdict, and worded for reports.
# schemas:
#   - input: schema["finding-input"]
package lapse.lib.federation

import data.lapse.lib.evidence

# METADATA
# description: >-
#   What a rule says about each trust, by verdict. Absent when there are none, and when the permissions of the principal
#   were not resolved.
by_verdict[verdict] contains {
	"subject": input.principal.id,
	"detail": {
		"principal": input.principal.name,
		"issuer": issuer,
		"subjects": _listed(subjects),
		"key": concat(" ", array.concat([issuer], subjects)),
	},
	"evidence": [evidence.at("trusted subjects", trust.subjects, _places(trust.trust)) | some trust in trusts],
} if {
	input.type == "principal"
	some [verdict, issuer, subjects] in _kinds
	trusts := [trust |
		some trust in input.effective.federation
		[verdict, issuer, subjects] == [trust.verdict, trust.issuer, sort(trust.subjects)]
	]
}

# Two statements that trust the same subjects say one thing.
_kinds contains [trust.verdict, trust.issuer, sort(trust.subjects)] if some trust in input.effective.federation

_listed(subjects) := subjects if count(subjects) > 0

_listed(subjects) := ["any subject"] if count(subjects) == 0

_places(id) := [location | some trust in input.trusts_in; trust.id == id; some location in trust.locations]
