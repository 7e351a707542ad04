# METADATA
# title: Segment globs
# description: >-
#   Names such as `repo:acme/shop:ref:refs/heads/main` or `kubernetes:group:prod/admins` are compared segment by
#   segment; `/` and `:` begin a new segment. In a pattern, `*` stands for any characters inside one segment, and `**`
#   as a whole segment for any number of segments. Everything else is literal. The same language as
#   src/model/segment-glob.ts, up to two stars in a segment and one `**`; a pattern with more is invalid here, and an
#   invalid pattern matches nothing.
package lapse.lib.segments

# METADATA
# description: True when the whole value fits the pattern.
match(pattern, value) if {
	_plausible(pattern, value)
	valid(pattern)
	_match_segments(_split(pattern), _split(value))
}

_match_segments(wanted, given) if {
	count(wanted) == count(given)
	count(_open_places(wanted)) == 0
	_fit_in_order(wanted, given)
}

_match_segments(wanted, given) if {
	some open in _open_places(wanted)
	behind := (count(wanted) - open) - 1
	count(given) >= open + behind
	_fit_in_order(array.slice(wanted, 0, open), given)
	_fit_in_order(
		array.slice(wanted, open + 1, count(wanted)),
		array.slice(given, count(given) - behind, count(given)),
	)
}

# METADATA
# description: A pattern that this language can express. Whoever uses patterns to refuse must check this first.
valid(pattern) if {
	pattern != ""
	segments := _split(pattern)
	count(_open_places(segments)) <= 1
	every segment in segments {
		count(split(segment, "*")) <= 3
	}
}

# What stands before the first star and behind the last one is literal, which rules most patterns out at little cost. A
# separator before `**` goes with it when it stands for no segment.
_plausible(pattern, value) if {
	parts := split(pattern, "*")
	startswith(value, trim_right(parts[0], ":/"))
	endswith(value, parts[count(parts) - 1])
}

_open_places(segments) := {place | some place, segment in segments; segment in {"**", "/**", ":**"}}

_fit_in_order(wanted, given) if {
	every place, segment in wanted {
		_fits(segment, given[place])
	}
}

_fits(segment, given) if segment == given

_fits(segment, given) if {
	[opening, ending] := split(segment, "*")
	count(_between(opening, ending, given)) >= 0
}

_fits(segment, given) if {
	[opening, middle, ending] := split(segment, "*")
	contains(_between(opening, ending, given), middle)
}

# What is left of the text without its opening and ending, which may not share characters.
_between(opening, ending, text) := substring(text, count(opening), left) if {
	startswith(text, opening)
	endswith(text, ending)
	left := (count(text) - count(opening)) - count(ending)
	left >= 0
}

# Every separator stays at the head of its segment, so that "a:b" and "a/b" never compare equal.
_split(text) := split(replace(replace(text, "/", "\u0001/"), ":", "\u0001:"), "\u0001")
