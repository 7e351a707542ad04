package lapse.lib.access.risk_test

import data.lapse.lib.access.risk

_known := {"requester_admin": "no", "requester_findings": [], "target_admin": "no", "target_findings": []}

_cases := [
	[_known, set()],
	[object.union(_known, {"target_admin": "yes"}), {"target-admin"}],
	[object.union(_known, {"target_admin": {"if": ["mfa"]}}), {"target-admin"}],
	[object.union(_known, {"requester_admin": {"if": []}}), {"requester-admin"}],
	[object.union(_known, {"requester_findings": ["a", "c"]}), {"requester-findings"}],
	[object.union(_known, {"requester_findings": ["c"]}), set()],
	[null, {"requester-unknown", "target-unknown"}],
	[{}, {"requester-unknown", "target-unknown"}],
	[object.remove(_known, ["target_admin"]), {"target-unknown"}],
]

test_grounds if {
	every case in _cases {
		risk.grounds(case[0], ["a", "b"]) == case[1]
	}
}
