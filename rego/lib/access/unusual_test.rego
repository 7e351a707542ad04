package lapse.lib.access.unusual_test

import data.lapse.lib.access.unusual

_request := {"source_ip": "10.1.2.3", "detail": {"actions": ["read"]}}

_history(uses, sources, busy) := {"first_use": uses == 0, "earlier": {
	"uses": uses,
	"sources": sources,
	"actions": ["list", "read"],
	"hours": [n | some hour in numbers.range(0, 23); n := count({busy} & {hour})],
}}

_now := "2026-03-01T00:30:00Z"

_cases := [
	[_request, _history(9, ["10.1.2.9"], 0), {}, set()],
	# Hours are a circle, and an hour to either side is near enough.
	[_request, _history(9, ["10.1.2.9"], 23), {}, set()],
	[_request, _history(9, ["10.1.2.9"], 1), {}, set()],
	[_request, _history(9, ["10.1.2.9"], 2), {}, {"unusual-hour"}],
	[_request, _history(5, ["10.1.2.9"], 12), {}, {"unusual-hour"}],
	[_request, _history(4, ["10.1.2.9"], 12), {}, set()],
	[_request, _history(4, ["10.1.2.9"], 12), {"hours_after": 4}, {"unusual-hour"}],
	[_request, _history(9, ["10.1.3.9", "2001:db8::1"], 0), {}, {"new-source"}],
	[_request, _history(9, ["10.1.3.9"], 0), {"ipv4_prefix": 16}, set()],
	[object.union(_request, {"source_ip": "2001:db8:0:1::9"}), _history(9, ["2001:db8:0:2::1"], 0), {}, set()],
	[object.union(_request, {"source_ip": "2001:db8:1::9"}), _history(9, ["2001:db8::1"], 0), {}, {"new-source"}],
	[object.union(_request, {"detail": {"actions": ["read", "drop"]}}), _history(9, ["10.1.2.9"], 0), {}, {"first-action"}],
	[_request, object.union(_history(0, [], 0), {"earlier": {"actions": []}}), {}, {"first-use", "first-action", "new-source"}],
	# What is not known is unusual in every way.
	[_request, {}, {}, {"first-action", "history-unknown", "new-source", "unusual-hour"}],
	[_request, {"first_use": false}, {}, {"first-action", "history-unknown", "new-source", "unusual-hour"}],
]

test_signs if {
	every case in _cases {
		unusual.signs(case[0], case[1], _now, case[2]) == case[3]
	}
}
