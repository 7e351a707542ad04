package lapse.rules["secret-in-pipeline_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["secret-in-pipeline"] as rule

_at(path) := samples.about_secret({"locations": [samples.place(path, 3)]}, {})

test_hit if {
	every path in [
		".github/workflows/release.yml",
		"shop/.github/workflows/build.yaml",
		".gitlab-ci.yml",
		"shop/.circleci/config.yml",
		"ci/Jenkinsfile",
		"azure-pipelines.yml",
		"buildspec.yml",
	] {
		count(rule.finding) == 1 with input as _at(path)
	}
}

# Files beside pipelines, and those that are only called like one.
test_not_another_file if {
	every path in [".github/dependabot.yml", "docs/workflows/release.yml", "config.yml", "notes/gitlab-ci.yml.md"] {
		count(rule.finding) == 0 with input as _at(path)
	}
}
