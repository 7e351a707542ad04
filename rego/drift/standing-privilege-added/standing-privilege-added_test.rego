package lapse.drift_rules["standing-privilege-added_test"]

import data.lapse.drift_rules["standing-privilege-added"] as rule
import data.lapse.lib.events_test as events

_grant(kind, over) := events.row({"kind": kind, "entity": "grant", "id": "grant:1", "after": object.union(
	{"effect": "allow", "role": "identity", "actions": ["*"], "resources": ["*"]},
	over,
)})

_finding(kind, id) := events.row({"kind": kind, "entity": "finding", "id": "f1", "after": {"rule": id}})

_admin(before, after) := events.row({"field": "effective.admin", "before": before, "after": after})

test_hit_by_a_grant if {
	some found in rule.finding with input as _grant("added", {})
	found.subject == "grant:1"
	found.detail == {"id": "grant:1", "what": "a grant of everything"}
	every over in [
		{"actions": ["*:*"]},
		{"resources": ["*/*"]},
		{"actions": ["*:write"], "resources": ["acme/shop"]},
	] {
		count(rule.finding) == 1 with input as _grant("reopened", over)
	}
}

test_hit_by_a_finding if {
	some found in rule.finding with input as _finding("added", "admin-standing")
	found.detail.what == "finding admin-standing"
}

test_hit_by_administration if {
	some found in rule.finding with input as _admin("no", {"if": ["mfa"]})
	found.detail.what == "administration"
	found.evidence[0] == {
		"fact": "principal changed",
		"value": {"before": "no", "after": {"if": ["mfa"]}},
	}
}

test_not_for_narrow_grants if {
	every over in [
		{"actions": ["s3:*"]},
		{"resources": ["arn:aws:s3:::x"]},
		{"effect": "deny"},
		{"role": "boundary"},
	] {
		count(rule.finding) == 0 with input as _grant("added", over)
	}
}

test_not_when_it_goes if {
	count(rule.finding) == 0 with input as _grant("removed", {})
	count(rule.finding) == 0 with input as _finding("removed", "admin-standing")
	count(rule.finding) == 0 with input as _admin("yes", "no")
	count(rule.finding) == 0 with input as _admin({"if": ["mfa"]}, "yes")
}

test_not_for_other_findings if count(rule.finding) == 0 with input as _finding("added", "owner-missing")

test_unknown_content_is_no_finding if {
	count(rule.finding) == 0 with input as events.row({"kind": "added", "entity": "grant", "id": "grant:1"})
}
