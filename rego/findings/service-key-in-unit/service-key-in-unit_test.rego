package lapse.rules["service-key-in-unit_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["service-key-in-unit"] as rule

_unit := samples.principal("linux", "unit", "web1/app.service", "app.service")

_key(over) := samples.key(object.union(
	{
		"id": "linux:environment-key:web1/app.service#API_TOKEN",
		"platform": "linux",
		"kind": "environment-key",
		"nativeId": "web1/app.service#API_TOKEN",
		"status": "unknown",
		"locations": [samples.place("etc/systemd/system/app.service", 8)],
	},
	over,
))

_has(over) := samples.about(_unit, {"credentials": [_key(over)]})

test_hit if {
	some found in rule.finding with input as _has({})
	found == {
		"id": "service-key-in-unit",
		"subject": "linux:environment-key:web1/app.service#API_TOKEN",
		"detail": {"principal": "app.service", "name": "API_TOKEN"},
		"evidence": [{
			"fact": "written out",
			"value": "web1/app.service#API_TOKEN",
			"location": {"path": "etc/systemd/system/app.service", "line": 8},
		}],
	}
}

test_by_its_name if {
	some found in rule.finding with input as _has({"attributes": {"name": "TOKEN"}})
	found.detail.name == "TOKEN"
}

# A credential that systemd loads is in no unit.
test_not_for_loaded_credentials if {
	who := object.union(_unit, {"attributes": {"credentials": ["token"]}})
	count(rule.finding) == 0 with input as samples.about(who, {})
}

test_not_when_dead if count(rule.finding) == 0 with input as _has({"status": "inactive"})

test_not_for_another_kind if count(rule.finding) == 0 with input as _has({"kind": "authorized-key"})

# A compose file has keys of the same kind, and is no unit.
test_not_for_other_kinds if {
	who := samples.principal("linux", "user", "web1/app", "app")
	count(rule.finding) == 0 with input as samples.about(who, {"credentials": [_key({})]})
}

test_not_on_other_platforms if {
	who := samples.principal("compose", "workload", "acme/shop#web", "web")
	count(rule.finding) == 0 with input as samples.about(who, {"credentials": [_key({})]})
}

test_not_for_a_secret if count(rule.finding) == 0 with input as samples.about_secret({}, {"principal": _unit})
