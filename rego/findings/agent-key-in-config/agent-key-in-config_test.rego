package lapse.rules["agent-key-in-config_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["agent-key-in-config"] as rule

_server(attributes) := object.union(
	samples.principal("mcp", "server", "acme/shop#cursor/tickets", "tickets"),
	{
		"enabled": true,
		"attributes": object.union({"references": []}, attributes),
		"locations": [samples.place(".cursor/mcp.json", 4)],
	},
)

_key := samples.key({
	"id": "mcp:mcp-key:acme/shop#cursor/tickets#env.API_TOKEN",
	"platform": "mcp",
	"kind": "mcp-key",
	"nativeId": "acme/shop#cursor/tickets#env.API_TOKEN",
	"status": "unknown",
	"attributes": {"source": "env", "name": "API_TOKEN"},
	"locations": [samples.place(".cursor/mcp.json", 9)],
})

_has(over) := samples.about(_server({}), {"credentials": [object.union(_key, over)]})

test_hit if {
	some found in rule.finding with input as _has({})
	found == {
		"id": "agent-key-in-config",
		"subject": "mcp:mcp-key:acme/shop#cursor/tickets#env.API_TOKEN",
		"detail": {"principal": "tickets", "name": "API_TOKEN"},
		"evidence": [{
			"fact": "written out",
			"value": "acme/shop#cursor/tickets#env.API_TOKEN",
			"location": {"path": ".cursor/mcp.json", "line": 9},
		}],
	}
}

test_of_the_agent_itself if {
	some found in rule.finding with input as samples.about(_server({}), {"credentials": [object.remove(
		object.union(_key, {"kind": "agent-key"}),
		["attributes"],
	)]})
	found.detail.name == "env.API_TOKEN"
}

# A key that is only referred to is as it should be.
test_not_for_a_reference if {
	count(rule.finding) == 0 with input as samples.about(_server({"references": ["env.API_TOKEN"]}), {})
}

test_not_when_dead if count(rule.finding) == 0 with input as _has({"status": "inactive"})

test_not_for_another_kind if count(rule.finding) == 0 with input as _has({"kind": "access-key"})

test_not_on_other_platforms if {
	count(rule.finding) == 0 with input as samples.about(samples.user, {"credentials": [_key]})
}

test_not_for_a_secret if count(rule.finding) == 0 with input as samples.about_secret({}, {"principal": _server({})})
