package lapse.rules["secret-in-image_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["secret-in-image"] as rule

_at(path) := samples.about_secret({"locations": [samples.place(path, 3)]}, {})

test_hit if {
	layer := object.union(samples.place("app.tar!/c1!/etc/app.conf", 3), {"item": "acme/app:1.2"})
	count(rule.finding) == 1 with input as samples.about_secret({"locations": [layer]}, {})
	every path in ["Dockerfile", "build/Dockerfile.worker", "Containerfile", "worker.dockerfile"] {
		count(rule.finding) == 1 with input as _at(path)
	}
}

# A message that is exported has an item, and is no image.
test_not_a_message if {
	sent := object.union(samples.place("ops.json", 3), {"item": "#ops 1700000000.000100"})
	count(rule.finding) == 0 with input as samples.about_secret({"locations": [sent]}, {})
}

test_not_another_file if count(rule.finding) == 0 with input as _at("docs/Dockerfiles.md")
