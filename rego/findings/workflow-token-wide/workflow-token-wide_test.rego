package lapse.rules["workflow-token-wide_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["workflow-token-wide"] as rule

_grant(actions, line) := samples.grant({
	"platform": "github",
	"actions": actions,
	"via": ["workflow"],
	"locations": [samples.place(".github/workflows/release.yml", line)],
})

_runs(attributes, grants) := samples.about(samples.workflow(attributes), {"grants": grants})

test_hit if {
	some found in rule.finding with input as _runs({"permissions": "write-all"}, [_grant(["*:write"], 5)])
	found == {
		"id": "workflow-token-wide",
		"subject": "github:workflow:acme/shop/.github/workflows/release.yml",
		"detail": {"workflow": "release.yml"},
		"evidence": [{
			"fact": "permissions",
			"value": "write-all",
			"location": {"path": ".github/workflows/release.yml", "line": 5},
		}],
	}
}

test_one_finding_for_several_jobs if {
	some found in rule.finding with input as _runs({}, [_grant(["*:write"], 5), _grant(["*:write"], 15)])
	[item.location.line | some item in found.evidence] == [5, 15]
}

test_not_for_less if {
	count(rule.finding) == 0 with input as _runs({}, [_grant(["contents:write"], 5), _grant(["*:read"], 6)])
}

test_not_for_others if {
	count(rule.finding) == 0 with input as samples.about(samples.user, {"grants": [_grant(["*:write"], 5)]})
}

test_unknown_permissions_are_no_finding if count(rule.finding) == 0 with input as _runs({"permissions": "default"}, [])
