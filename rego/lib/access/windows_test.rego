package lapse.lib.access.windows_test

import data.lapse.lib.access.windows

_office := {"days": ["mon", "tue", "wed", "thu", "fri"], "from": "08:00", "until": "18:00", "timezone": "UTC"}

_night := {"days": ["sun"], "from": "22:00", "until": "04:30", "timezone": "Europe/Berlin"}

# 2026-03-02 is a Monday; on 2026-03-29 clocks in Berlin go from 02:00 to 03:00, on 2026-10-25 from 03:00 to 02:00.
_inside := [
	[[_office], "2026-03-02T08:00:00Z"],
	[[_office], "2026-03-06T17:59:59Z"],
	[[_night, _office], "2026-03-02T12:00:00Z"],
	[[_night], "2026-03-01T21:00:00Z"],
	[[_night], "2026-03-02T03:29:59Z"],
	[[_night], "2026-03-29T20:00:00Z"],
	[[_night], "2026-03-29T22:30:00Z"],
	[[_night], "2026-10-25T23:30:00Z"],
]

_outside := [
	[[], "2026-03-02T12:00:00Z"],
	[[_office], "2026-03-02T07:59:59Z"],
	[[_office], "2026-03-02T18:00:00Z"],
	[[_office], "2026-03-01T12:00:00Z"],
	[[_night], "2026-03-01T20:59:00Z"],
	[[_night], "2026-03-02T03:30:00Z"],
	# Early on Sunday belongs to the window of Saturday, which there is none of.
	[[_night], "2026-03-01T01:00:00Z"],
	[[_night], "2026-03-02T21:00:00Z"],
	[[object.remove(_office, ["timezone"])], "2026-03-02T12:00:00Z"],
	[[object.remove(_office, ["days"])], "2026-03-02T12:00:00Z"],
	[[object.remove(_office, ["until"])], "2026-03-02T12:00:00Z"],
	[[object.union(_office, {"from": "8"})], "2026-03-02T12:00:00Z"],
]

test_inside if {
	every case in _inside {
		windows.inside(case[0], case[1])
	}
	every case in _outside {
		not windows.inside(case[0], case[1])
	}
}

_freeze(over) := object.union({"id": "f", "from": "2026-03-01T00:00:00Z", "until": "2026-03-03T00:00:00Z"}, over)

_target := {"id": "db", "environment": "production"}

_holds := [
	[_freeze({}), "2026-03-02T00:00:00Z", _target],
	[_freeze({}), "2026-03-01T00:00:00Z", _target],
	[_freeze({"targets": ["db"]}), "2026-03-02T00:00:00Z", _target],
	[_freeze({"environments": ["production"]}), "2026-03-02T00:00:00Z", _target],
	# Of a target whose environment is not known, and of times that cannot be read, the worst.
	[_freeze({"environments": ["production"]}), "2026-03-02T00:00:00Z", {"id": "db"}],
	[_freeze({"environments": ["production"]}), "2026-03-02T00:00:00Z", {"id": "db", "environment": "unknown"}],
	[_freeze({"from": "1 March", "until": "3 March"}), "2026-06-02T00:00:00Z", _target],
	[{"id": "f"}, "2026-06-02T00:00:00Z", _target],
]

_does_not_hold := [
	[_freeze({}), "2026-02-28T23:59:59Z", _target],
	[_freeze({}), "2026-03-03T00:00:00Z", _target],
	[_freeze({"targets": ["other"]}), "2026-03-02T00:00:00Z", _target],
	[_freeze({"environments": ["staging"]}), "2026-03-02T00:00:00Z", _target],
	[_freeze({"targets": ["other"]}), "2026-03-02T00:00:00Z", {"id": "db"}],
]

test_holding if {
	every case in _holds {
		count(windows.holding([case[0]], case[1], case[2])) == 1
	}
	every case in _does_not_hold {
		count(windows.holding([case[0]], case[1], case[2])) == 0
	}
}
