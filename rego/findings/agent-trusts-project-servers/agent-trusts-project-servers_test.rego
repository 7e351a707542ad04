package lapse.rules["agent-trusts-project-servers_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["agent-trusts-project-servers"] as rule

_agent(attributes) := object.union(
	samples.principal("mcp", "agent", "acme/shop#claude-code", "acme/shop#claude-code"),
	{"attributes": attributes},
)

test_hit if {
	some found in rule.finding with input as samples.about(_agent({"all_project_servers": true}), {})
	found == {
		"id": "agent-trusts-project-servers",
		"subject": "mcp:agent:acme/shop#claude-code",
		"detail": {"principal": "acme/shop#claude-code"},
		"evidence": [{
			"fact": "enableAllProjectMcpServers",
			"value": true,
			"location": {"path": "export.json", "line": 1},
		}],
	}
}

test_not_when_off if {
	count(rule.finding) == 0 with input as samples.about(_agent({"all_project_servers": false}), {})
}

# What is not said is off.
test_unknown_is_no_finding if count(rule.finding) == 0 with input as samples.about(_agent({}), {})

test_not_for_a_server if {
	who := object.union(
		samples.principal("mcp", "server", "a", "a"),
		{"attributes": {"all_project_servers": true}},
	)
	count(rule.finding) == 0 with input as samples.about(who, {})
}

test_not_on_other_platforms if count(rule.finding) == 0 with input as samples.about(samples.user, {})

test_not_for_a_secret if count(rule.finding) == 0 with input as samples.about_secret({}, {"principal": _agent({})})
