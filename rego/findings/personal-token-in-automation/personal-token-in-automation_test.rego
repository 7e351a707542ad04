package lapse.rules["personal-token-in-automation_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["personal-token-in-automation"] as rule

_token(over) := samples.about_secret(
	object.union({"rule": "github/personal-access-token", "title": "GitHub personal access token"}, over),
	{},
)

test_hit if {
	some found in rule.finding with input as _token({})
	found.detail.place == "deploy/.env"
}

# The same token in somebody's own login file is theirs to use.
test_not_for_the_tools_of_a_person if {
	every path in ["home/.netrc", ".npmrc", "home/.bash_history"] {
		count(rule.finding) == 0 with input as _token({"locations": [samples.place(path, 1)]})
	}
	both := [samples.place("home/.netrc", 1), samples.place("ci.yml", 2)]
	some found in rule.finding with input as _token({"locations": both})
	found.detail.place == "ci.yml"
}

test_not_a_token_of_an_app if {
	count(rule.finding) == 0 with input as _token({"rule": "github/app-token"})
	count(rule.finding) == 0 with input as _token({"validity": "inactive"})
	count(rule.finding) == 0 with input as samples.about(samples.user, {})
}
