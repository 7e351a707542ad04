package lapse.lib.evidence_test

import data.lapse.lib.evidence

_here := {"path": "a.env", "line": 2}

test_plain if evidence.plain("kind", "x") == {"fact": "kind", "value": "x"}

test_at if {
	evidence.at("kind", "x", [_here, {"path": "b"}]) == {"fact": "kind", "value": "x", "location": _here}
	evidence.at("kind", "x", []) == {"fact": "kind", "value": "x"}
}

test_of_usage if {
	usage := {"source": "report", "confidence": "high"}
	evidence.of_usage("used", 1, usage) == {"fact": "used", "value": 1, "source": "report", "confidence": "high"}
	evidence.of_usage("used", 1, object.union(usage, {"asOf": "2026-01-01T00:00:00Z"})).as_of == "2026-01-01T00:00:00Z"
}

test_each_place if {
	evidence.each_place("found", [_here, {"path": "b"}], 1) == [{"fact": "found", "value": "a.env", "location": _here}]
	evidence.each_place("found", [], 1) == []
}
