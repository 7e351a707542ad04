package lapse.lib.environments_test

import data.lapse.lib.environments

test_spellings if {
	environments.canonical("PRD") == "production"
	environments.canonical("production") == "production"
	environments.canonical("Blue") == "blue"
}

# A folder of products, of developers or of tests is no environment.
test_paths if {
	environments.of_path("deploy/prod/app.yaml") == {"production"}
	environments.of_path(".env.staging") == {"staging"}
	environments.of_path("values-dev_eu.yaml") == {"development"}
	environments.of_path("products/developers/tests/reproduce.yaml") == set()
	environments.of_path("dev/copy-of-prod.env") == {"development", "production"}
}
