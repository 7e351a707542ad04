package lapse.lib.access.moments_test

import data.lapse.lib.access.moments

_now := "2026-03-03T10:00:00Z"

_asking(start) := {"detail": {"not_before": start}}

test_begins_when_it_is_asked_for if moments.start(_asking("2026-03-04T02:00:00Z"), _now) == "2026-03-04T02:00:00Z"

test_begins_now_when_that_is_over if moments.start(_asking("2026-03-03T09:00:00Z"), _now) == _now

test_begins_now_when_nothing_is_said if moments.start({"detail": {}}, _now) == _now
