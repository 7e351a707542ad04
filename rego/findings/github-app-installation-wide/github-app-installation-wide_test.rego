package lapse.rules["github-app-installation-wide_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["github-app-installation-wide"] as rule

_app(over) := object.union_n([samples.principal("github", "app-installation", "42", "renovate"), {"scope": ["acme"], "enabled": true, "attributes": {"repository_selection": "all"}}, over])

_installed(who, actions) := samples.about(who, {"grants": [samples.grant({
	"platform": "github",
	"actions": actions,
	"resources": ["acme/*"],
})]})

test_hit if {
	some found in rule.finding with input as _installed(_app({}), ["contents:write", "metadata:read"])
	found == {
		"id": "github-app-installation-wide",
		"subject": "github:app-installation:42",
		"detail": {"principal": "renovate", "organization": "acme", "permissions": ["contents"]},
		"evidence": [{
			"fact": "permissions",
			"value": ["contents:write", "metadata:read"],
			"location": {"path": "export.json", "line": 42},
		}],
	}
}

# Comments and checks are what most apps write; they change nothing that runs.
test_not_for_harmless_writes if {
	count(rule.finding) == 0 with input as _installed(_app({}), ["checks:write", "issues:write", "contents:read"])
}

test_not_for_selected_repositories if {
	who := _app({"attributes": {"repository_selection": "selected"}})
	count(rule.finding) == 0 with input as _installed(who, ["contents:write"])
}

test_unknown_selection_is_no_finding if {
	who := _app({"attributes": {"repository_selection": "unknown"}})
	count(rule.finding) == 0 with input as _installed(who, ["contents:write"])
}

test_not_when_suspended if {
	count(rule.finding) == 0 with input as _installed(_app({"enabled": false}), ["contents:write"])
}

test_not_without_grants if count(rule.finding) == 0 with input as samples.about(_app({}), {})

test_not_for_tokens if {
	who := object.union(_app({}), {"kind": "personal-access-token"})
	count(rule.finding) == 0 with input as _installed(who, ["contents:write"])
}

test_not_on_other_platforms if count(rule.finding) == 0 with input as _installed(samples.user, ["contents:write"])

test_not_for_a_secret if count(rule.finding) == 0 with input as samples.about_secret({}, {"principal": _app({})})
