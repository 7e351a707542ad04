# METADATA
# title: Who asks
# description: >-
#   Patterns of requesters - `{kind, issuer, subject, claims}`, of which at least one must be given. Every member that
#   a pattern names must fit; a claim that was not attested fits nothing. `subject` and `claims` are segment globs.
package lapse.lib.access.requesters

import data.lapse.lib.segments

# METADATA
# description: The requester fits the pattern. A pattern that names nothing fits nobody.
fits(pattern, requester) if {
	count(object.keys(pattern) & {"kind", "issuer", "subject", "claims"}) > 0
	named(pattern, requester)
}

# METADATA
# description: As `fits`, where a pattern that names nothing fits everybody - for rules that deny.
named(pattern, requester) if {
	object.get(pattern, "kind", requester.kind) == requester.kind
	object.get(pattern, "issuer", requester.issuer) == requester.issuer
	_fits_subject(pattern, requester)
	attests(requester.claims, object.get(pattern, "claims", {}))
}

# METADATA
# description: >-
#   Every claim of `wanted` was attested, with a value that fits. A list of patterns means any of them. A claim that is
#   absent fits nothing, not even `**`.
attests(claims, wanted) if {
	every name, patterns in wanted {
		some pattern in _as_list(patterns)
		some value in _values(claims[name])
		segments.match(pattern, value)
	}
}

_fits_subject(pattern, requester) if segments.match(pattern.subject, requester.subject)

_fits_subject(pattern, _) if not "subject" in object.keys(pattern)

_as_list(patterns) := patterns if is_array(patterns)

_as_list(patterns) := [patterns] if is_string(patterns)

_values(value) := {value} if is_string(value)

_values(value) := {json.marshal(value)} if is_number(value)

_values(value) := {json.marshal(value)} if is_boolean(value)

_values(value) := {member | some member in value; is_string(member)} if is_array(value)
