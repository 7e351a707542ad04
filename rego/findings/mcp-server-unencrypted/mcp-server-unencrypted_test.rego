package lapse.rules["mcp-server-unencrypted_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["mcp-server-unencrypted"] as rule

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

_at(host, over) := samples.about(
	_server(object.union({"url": concat("", ["http://", host, "/mcp"]), "host": host}, over)),
	{},
)

test_hit if {
	some found in rule.finding with input as _at("tools.example.com", {})
	found == {
		"id": "mcp-server-unencrypted",
		"subject": "mcp:server:acme/shop#cursor/tickets",
		"case": "default",
		"detail": {"principal": "tickets", "url": "http://tools.example.com/mcp", "keys": ""},
		"evidence": [{
			"fact": "url",
			"value": "http://tools.example.com/mcp",
			"location": {"path": ".cursor/mcp.json", "line": 4},
		}],
	}
}

test_with_keys_is_a_case_of_its_own if {
	some referred in rule.finding with input as _at("tools.example.com", {"references": ["header.Authorization"]})
	referred.case == "with_keys"
	some written in rule.finding with input as object.union(_at("10.1.2.3:8080", {}), {"credentials": [_key]})
	written.case == "with_keys"
}

# What does not leave the machine needs no encryption; a name that begins alike leaves it.
test_not_on_this_machine if {
	count(rule.finding) == 0 with input as _at("localhost:3000", {})
	count(rule.finding) == 0 with input as _at("127.0.0.1", {})
	count(rule.finding) == 0 with input as _at("[::1]:8080", {})
	count(rule.finding) == 1 with input as _at("localhost.example.com", {})
	count(rule.finding) == 1 with input as _at("127.example.com", {})
}

test_not_with_encryption if {
	count(rule.finding) == 0 with input as _at("tools.example.com", {"url": "https://tools.example.com/mcp"})
}

test_not_when_disabled if {
	given := _at("tools.example.com", {})
	count(rule.finding) == 0 with input as object.union(given, {"principal": {"enabled": false}})
}

test_not_without_an_address if {
	count(rule.finding) == 0 with input as samples.about(_server({"command": "node"}), {})
}

test_not_for_an_agent if {
	given := _at("tools.example.com", {})
	count(rule.finding) == 0 with input as object.union(given, {"principal": {"kind": "agent"}})
}

test_not_on_other_platforms if count(rule.finding) == 0 with input as samples.about(samples.user, {})

test_not_for_a_secret if count(rule.finding) == 0 with input as samples.about_secret({}, {"principal": _server({})})
