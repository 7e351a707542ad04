package lapse.rules["secret-in-shell-history_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["secret-in-shell-history"] as rule

_at(path) := samples.about_secret({"locations": [samples.place(path, 3)]}, {})

test_hit if {
	every path in ["home/ana/.bash_history", ".psql_history", "image.tar!/c1!/root/.zsh_history"] {
		count(rule.finding) == 1 with input as _at(path)
	}
}

test_not_another_file if {
	count(rule.finding) == 0 with input as _at("docs/bash_history.md")
	count(rule.finding) == 0 with input as _at("history")
}
