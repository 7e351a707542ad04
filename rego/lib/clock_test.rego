package lapse.lib.clock_test

import data.lapse.lib.clock

test_days_between if {
	clock.days_between("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z") == 1
	clock.days_between("2026-01-01T00:00:01Z", "2026-01-02T00:00:00Z") == 0
	clock.days_between("2026-01-02T00:00:00Z", "2026-01-01T00:00:00Z") == -1
	clock.days_between("2024-02-28T12:00:00Z", "2024-03-01T12:00:00Z") == 2
	clock.days_between("2026-01-01T00:00:00+02:00", "2026-01-01T22:00:00Z") == 1
}

test_as_of if {
	clock.as_of({}, "2026-01-01T00:00:00Z") == "2026-01-01T00:00:00Z"
	clock.as_of({"asOf": "2025-12-01T00:00:00Z"}, "2026-01-01T00:00:00Z") == "2025-12-01T00:00:00Z"
}

test_idle_days if {
	clock.idle_days({"lastUsedAt": "2025-12-31T00:00:00Z"}, "2026-01-02T00:00:00Z") == 2
	not clock.idle_days({}, "2026-01-02T00:00:00Z")
}

test_unused_days if {
	clock.unused_days({"createdAt": "2025-12-31T00:00:00Z"}, {"never": true}, "2026-01-02T00:00:00Z") == 2
	not clock.unused_days({"createdAt": "2025-12-31T00:00:00Z"}, {}, "2026-01-02T00:00:00Z")
	not clock.unused_days({}, {"never": true}, "2026-01-02T00:00:00Z")
}

test_years_reach_further_than_days if {
	clock.years_between("2026-03-01T00:00:00Z", "9999-12-31T23:59:59Z") == 7973
	clock.years_between("2026-03-01T00:00:00Z", "2025-03-01T00:00:00Z") == -1
}
