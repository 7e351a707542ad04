package lapse.rules["credentials-file-committed_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["credentials-file-committed"] as rule

_at(path) := samples.about_secret({"locations": [samples.place(path, 3)]}, {})

test_hit if {
	every path in [
		"home/.aws/credentials",
		".npmrc",
		"backup.tgz!/root/.docker/config.json",
		".kube/config",
		"jenkins/.netrc",
		".git-credentials",
	] {
		count(rule.finding) == 1 with input as _at(path)
	}
}

# The names alone are everybody's.
test_not_another_file if {
	every path in ["app/config.json", "credentials", "config", "docs/npmrc.md"] {
		count(rule.finding) == 0 with input as _at(path)
	}
}
