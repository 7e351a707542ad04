package lapse.rules["deploy-key-write_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["deploy-key-write"] as rule

_key(platform, attributes, over) := samples.about(
	object.union_n([samples.principal(platform, "deploy-key", "acme/shop#1", "ci"), {"scope": ["acme", "shop"], "attributes": attributes}, over]),
	{},
)

test_hit if {
	some found in rule.finding with input as _key("github", {"read_only": false}, {})
	found == {
		"id": "deploy-key-write",
		"subject": "github:deploy-key:acme/shop#1",
		"detail": {"principal": "ci", "repository": "acme/shop"},
		"evidence": [{"fact": "may write", "value": true, "location": {"path": "export.json", "line": 1}}],
	}
}

test_of_gitlab if count(rule.finding) == 1 with input as _key("gitlab", {"can_push": true}, {})

test_not_when_it_reads_only if {
	count(rule.finding) == 0 with input as _key("github", {"read_only": true}, {})
	count(rule.finding) == 0 with input as _key("gitlab", {"can_push": false}, {})
}

# Each host has its own word, and what the other one would say counts for nothing.
test_unknown_rights_are_no_finding if {
	count(rule.finding) == 0 with input as _key("github", {}, {})
	count(rule.finding) == 0 with input as _key("gitlab", {"read_only": false}, {})
}

test_not_when_disabled if {
	count(rule.finding) == 0 with input as _key("github", {"read_only": false}, {"enabled": false})
}

test_not_for_other_kinds if count(rule.finding) == 0 with input as samples.about(samples.workflow({}), {})

test_not_for_a_secret if {
	who := samples.principal("github", "deploy-key", "acme/shop#1", "ci")
	count(rule.finding) == 0 with input as samples.about_secret({}, {"principal": who})
}
