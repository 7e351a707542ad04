package lapse.rules["secret-in-message_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["secret-in-message"] as rule

_at(path) := samples.about_secret({"locations": [samples.place(path, 3)]}, {})

_sent(item) := samples.about_secret(
	{"locations": [object.union(samples.place("export.zip!/ops/2026-01-01.json", 3), {"item": item})]},
	{},
)

test_hit if {
	every item in ["#ops 1700000000.000100", "SHOP-12 comment 3"] {
		count(rule.finding) == 1 with input as _sent(item)
	}
}

# A layer of an image has an item too: the names of the image.
test_not_an_image if count(rule.finding) == 0 with input as _sent("acme/app:1.2, acme/app:latest")

test_not_a_file if count(rule.finding) == 0 with input as _at("ops.json")
