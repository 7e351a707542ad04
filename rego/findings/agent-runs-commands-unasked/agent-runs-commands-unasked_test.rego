package lapse.rules["agent-runs-commands-unasked_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["agent-runs-commands-unasked"] as rule

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

_may(tools) := samples.about(_agent({}), {"grants": [_tools({"actions": tools, "resources": ["built-in tools"]})]})

test_hit if {
	some found in rule.finding with input as _may(["Bash(*)", "Read"])
	found == {
		"id": "agent-runs-commands-unasked",
		"subject": "mcp:agent:acme/shop#claude-code",
		"detail": {"principal": "acme/shop#claude-code", "tools": ["Bash(*)"]},
		"evidence": [{
			"fact": "unasked",
			"value": ["Bash(*)", "Read"],
			"location": {"path": ".claude/settings.json", "line": 3},
		}],
	}
}

test_other_spellings if {
	every tool in ["Bash", "Bash(:*)", "Shell", "Shell(**)", "run_shell_command"] {
		count(rule.finding) == 1 with input as _may([tool])
	}
}

# A pattern with a command in it is what the settings are for.
test_not_for_named_commands if {
	count(rule.finding) == 0 with input as _may(["Bash(npm run test:*)", "Bash(git status)", "BashOutput"])
}

# A rule that denies wins over one that allows.
test_not_when_denied_beside_it if {
	count(rule.finding) == 0 with input as samples.about(_agent({}), {"grants": [
		_tools({"actions": ["Bash"], "resources": ["built-in tools"]}),
		_tools({"actions": ["Bash"], "resources": ["built-in tools"], "effect": "deny"}),
	]})
}

test_not_when_asked if {
	count(rule.finding) == 0 with input as samples.about(_agent({}), {"grants": [_tools({
		"actions": ["Bash"],
		"condition": {"approval": "each use"},
	})]})
}

test_unknown_settings_are_no_finding if count(rule.finding) == 0 with input as samples.about(_agent({}), {})

test_not_for_a_server if {
	who := samples.principal("mcp", "server", "a", "a")
	count(rule.finding) == 0 with input as samples.about(who, {"grants": [_tools({"actions": ["Bash"]})]})
}

test_not_on_other_platforms if count(rule.finding) == 0 with input as samples.about(samples.user, {})

test_not_for_a_secret if count(rule.finding) == 0 with input as samples.about_secret({}, {"principal": _agent({})})
