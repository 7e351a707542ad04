package lapse.lib.access.tickets_test

import data.lapse.lib.access.tickets

_tickets := {"OPS-1": {
	"state": "approved",
	"kind": "change",
	"targets": ["db"],
	"from": "2026-03-01T00:00:00Z",
	"until": "2026-03-02T00:00:00Z",
}}

_wanted := {"states": ["approved"], "kinds": ["change"]}

_good(id, known, wanted, now) if tickets.good(id, known, wanted, {"id": "db"}, now)

test_good if {
	_good("OPS-1", _tickets, _wanted, "2026-03-01T00:00:00Z")
	_good("OPS-1", json.remove(_tickets, ["/OPS-1/from", "/OPS-1/until"]), _wanted, "2030-03-01T00:00:00Z")
}

test_not_good if {
	noon := "2026-03-01T12:00:00Z"
	not _good("OPS-2", _tickets, _wanted, noon)
	not _good("", _tickets, _wanted, noon)
	not _good("OPS-1", {}, _wanted, noon)
	not _good("OPS-1", _tickets, _wanted, "2026-02-28T23:59:59Z")
	not _good("OPS-1", _tickets, _wanted, "2026-03-02T00:00:00Z")
	not _good("OPS-1", _tickets, {"states": ["approved"]}, noon)
	not _good("OPS-1", _tickets, object.union(_wanted, {"states": ["open"]}), noon)
	not _good("OPS-1", _tickets, object.union(_wanted, {"kinds": ["incident"]}), noon)
	every member in ["state", "kind", "targets"] {
		not _good("OPS-1", json.remove(_tickets, [["OPS-1", member]]), _wanted, noon)
	}
	not tickets.good("OPS-1", _tickets, _wanted, {"id": "other"}, noon)
}
