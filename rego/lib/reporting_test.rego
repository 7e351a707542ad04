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

test_allowed if {
	entry := {"subjects": ["other:**", "aws:user:*"], "rules": ["x"], "reason": "known"}
	reporting.allowed(_raw, {"known": entry})
	not reporting.allowed(_raw, {"known": object.union(entry, {"rules": ["y"]})})
	not reporting.allowed(_raw, {"known": object.union(entry, {"subjects": ["aws:role:*"]})})
	not reporting.allowed(_raw, {})
	reporting.allowed(_raw, {"known": object.union(entry, {"prefix": "aws:user:", "subjects": ["a"]})})
	not reporting.allowed(_raw, {"known": object.union(entry, {"prefix": "aws:role:", "subjects": ["**"]})})
}
