package custom.rules_test.keys_in_production

import data.custom.rules["keys-in-production"] as rule

subject(environment, created) := {
	"now": "2026-06-30T00:00:00Z",
	"type": "principal",
	"principal": {"id": "aws:user:deploy", "name": "deploy", "environment": environment},
	"credentials": [{
		"id": "aws:access-key:one",
		"kind": "access-key",
		"status": "active",
		"createdAt": created,
		"locations": [{"path": "export.json", "line": 1}],
	}],
}

test_old_key_in_production_is_found if {
	some found in rule.finding with input as subject("production", "2026-05-01T00:00:00Z")
	found.detail == {"principal": "deploy", "days": 60}
}

test_young_key_is_not if {
	count(rule.finding) == 0 with input as subject("production", "2026-06-10T00:00:00Z")
}

test_other_environments_are_not if {
	count(rule.finding) == 0 with input as subject("test", "2026-05-01T00:00:00Z")
}
