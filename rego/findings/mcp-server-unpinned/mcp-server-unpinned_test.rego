package lapse.rules["mcp-server-unpinned_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["mcp-server-unpinned"] as rule

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

_runs(over, more) := samples.about(
	_server(object.union({"package": "@example/tickets-mcp", "pinned": false}, over)),
	more,
)

test_hit if {
	some found in rule.finding with input as _runs({}, {})
	found == {
		"id": "mcp-server-unpinned",
		"subject": "mcp:server:acme/shop#cursor/tickets",
		"case": "default",
		"detail": {"principal": "tickets", "package": "@example/tickets-mcp", "keys": ""},
		"evidence": [{
			"fact": "package",
			"value": "@example/tickets-mcp",
			"location": {"path": ".cursor/mcp.json", "line": 4},
		}],
	}
}

test_beside_keys_is_a_case_of_its_own if {
	some written in rule.finding with input as _runs({}, {"credentials": [_key]})
	written.case == "with_keys"
	some referred in rule.finding with input as _runs({"references": ["env.API_TOKEN"]}, {})
	referred.case == "with_keys"
}

test_not_when_pinned if count(rule.finding) == 0 with input as _runs({"pinned": true}, {})

# `npx ./tools/server` is the project's own code.
test_not_for_code_of_ones_own if {
	count(rule.finding) == 0 with input as _runs({"package": "./tools/server"}, {})
	count(rule.finding) == 0 with input as _runs({"package": "${workspaceFolder}/server"}, {})
}

test_not_when_disabled if {
	who := object.union(_server({"package": "a", "pinned": false}), {"enabled": false})
	count(rule.finding) == 0 with input as samples.about(who, {})
}

test_not_without_a_package if count(rule.finding) == 0 with input as samples.about(_server({"command": "node"}), {})

test_not_for_an_agent if {
	who := object.union(_server({"package": "a", "pinned": false}), {"kind": "agent"})
	count(rule.finding) == 0 with input as samples.about(who, {})
}

test_not_on_other_platforms if count(rule.finding) == 0 with input as samples.about(samples.user, {})

test_not_for_a_secret if count(rule.finding) == 0 with input as samples.about_secret({}, {"principal": _server({})})
