package lapse.rules["agent-approves-everything_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["agent-approves-everything"] as rule

_agent(attributes) := object.union(
	samples.principal("mcp", "agent", "acme/shop#claude-code", "acme/shop#claude-code"),
	{"attributes": attributes},
)

_tools(over) := samples.grant(object.union(
	{
		"platform": "mcp",
		"actions": ["*"],
		"resources": ["*"],
		"scope": "acme/shop#claude-code",
		"via": ["agent-settings"],
		"locations": [samples.place(".claude/settings.json", 3)],
	},
	over,
))

_may(grants) := samples.about(_agent({}), {"grants": grants})

test_hit if {
	some found in rule.finding with input as _may([_tools({})])
	found == {
		"id": "agent-approves-everything",
		"subject": "mcp:agent:acme/shop#claude-code",
		"detail": {"principal": "acme/shop#claude-code"},
		"evidence": [{
			"fact": "unasked",
			"value": "*",
			"location": {"path": ".claude/settings.json", "line": 3},
		}],
	}
}

# Every tool of one server is that server's matter.
test_not_for_one_server if {
	count(rule.finding) == 0 with input as _may([_tools({"resources": ["acme/shop#claude-code/docs"]})])
}

# Somebody is asked each time: the agent proposes, and a person decides.
test_not_when_asked if {
	count(rule.finding) == 0 with input as _may([_tools({"condition": {"approval": "each use"}})])
}

test_not_for_a_deny if count(rule.finding) == 0 with input as _may([_tools({"effect": "deny"})])

test_not_for_named_tools if count(rule.finding) == 0 with input as _may([_tools({"actions": ["Read"]})])

test_unknown_settings_are_no_finding if count(rule.finding) == 0 with input as _may([])

test_not_for_a_server if {
	who := samples.principal("mcp", "server", "acme/shop#claude-code/docs", "docs")
	count(rule.finding) == 0 with input as samples.about(who, {"grants": [_tools({})]})
}

test_not_on_other_platforms if {
	count(rule.finding) == 0 with input as samples.about(samples.user, {"grants": [_tools({})]})
}

test_not_for_a_secret if count(rule.finding) == 0 with input as samples.about_secret({}, {"principal": _agent({})})
