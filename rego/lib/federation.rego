# METADATA
# title: OIDC trusts into the principal at hand
# description: How wide they are was judged by src/iam; here they are sorted by that verdict, and worded for reports.
# schemas:
#   - input: schema["finding-input"]
package lapse.lib.federation

import data.lapse.lib.evidence

# METADATA
# description: >-
#   What a rule says about the trusts of one verdict. Absent when there are none, and when the permissions of the
#   principal were not resolved.
by_verdict[verdict] := {
	"subject": input.principal.id,
	"detail": {
		"principal": input.principal.name,
		"issuer": sort({trust.issuer | some trust in trusts}),
		"subjects": _listed({subject | some trust in trusts; some subject in trust.subjects}),
	},
	"evidence": [evidence.at("trusted subjects", trust.subjects, _places(trust.trust)) | some trust in trusts],
} if {
	input.type == "principal"
	some verdict in {trust.verdict | some trust in input.effective.federation}
	trusts := [trust | some trust in input.effective.federation; trust.verdict == verdict]
}

_listed(subjects) := sort(subjects) if count(subjects) > 0

_listed(subjects) := ["any subject"] if count(subjects) == 0

_places(id) := [location | some trust in input.trusts_in; trust.id == id; some location in trust.locations]
