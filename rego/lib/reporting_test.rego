package lapse.lib.reporting_test

import data.lapse.lib.reporting

_raw := {"id": "x", "subject": "aws:user:a", "case": "worse", "detail": {}, "evidence": []}

test_level_of_a_case if {
	reporting.leveled(_raw, {"x": {"worse": "high"}}) == {
		"id": "x",
		"subject": "aws:user:a",
		"severity": "high",
		"detail": {},
		"evidence": [],
	}
}

test_no_word_leaves_it_to_metadata if {
	reporting.leveled(_raw, {}) == object.remove(_raw, ["case"])
	reporting.leveled(_raw, {"x": {"other": "low"}}) == object.remove(_raw, ["case"])
}

test_default_replaces_metadata if {
	reporting.leveled(object.remove(_raw, ["case"]), {"x": {"default": "low"}}).severity == "low"
}

test_switched_off if {
	reporting.switched_off(_raw, {"x": {"worse": "off"}})
	not reporting.switched_off(_raw, {"x": {"default": "off"}})
	not reporting.switched_off(_raw, {})
}

test_level_of_a_whole_rule_is_that_of_each_case if {
	reporting.leveled(_raw, {"x": "low"}).severity == "low"
	reporting.leveled(object.remove(_raw, ["case"]), {"x": "low"}).severity == "low"
	reporting.switched_off(_raw, {"x": "off"})
	not reporting.switched_off(_raw, {"x": "low"})
}

_now := "2026-03-01T00:00:00Z"

test_allowed if {
	entry := {"subjects": ["other:**", "aws:user:*"], "rules": ["x"], "reason": "known"}
	reporting.allowed(_raw, {"known": entry}, _now)
	not reporting.allowed(_raw, {"known": object.union(entry, {"rules": ["y"]})}, _now)
	not reporting.allowed(_raw, {"known": object.union(entry, {"subjects": ["aws:role:*"]})}, _now)
	not reporting.allowed(_raw, {}, _now)
	reporting.allowed(_raw, {"known": object.union(entry, {"prefix": "aws:user:", "subjects": ["a"]})}, _now)
	not reporting.allowed(_raw, {"known": object.union(entry, {"prefix": "aws:role:", "subjects": ["**"]})}, _now)
}

_entry(expires) := {
	"subjects": ["aws:user:*"],
	"rules": ["x"],
	"reason": "until the move",
	"owner": "shop",
	"expires": expires,
}

# An exception counts to the end of its last day. One that ends must not take others with it.
test_exception_ends_with_its_last_day if {
	reporting.allowed(_raw, {"move": _entry("2026-03-01")}, "2026-03-01T23:59:59Z")
	not reporting.allowed(_raw, {"move": _entry("2026-02-28")}, _now)
	reporting.allowed(_raw, {"move": _entry("2026-02-28"), "other": _entry("2026-12-31")}, _now)
}

test_expired_exception_is_told if {
	reporting.told(_raw, {"move": _entry("2026-02-28"), "other": _entry("2026-12-31")}, _now).evidence == [{
		"fact": "exception that has expired",
		"value": {"exception": "move", "owner": "shop", "expires": "2026-02-28"},
	}]
	reporting.told(_raw, {"move": _entry("2026-12-31")}, _now) == _raw
	reporting.told(_raw, {"shipped": object.remove(_entry(""), ["owner", "expires"])}, _now) == _raw
}

test_a_finding_without_evidence_is_told if {
	reporting.told(object.remove(_raw, ["evidence"]), {}, _now) == _raw
}
