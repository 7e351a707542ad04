package lapse.lib.keys_test

import data.lapse.lib.keys
import data.lapse.lib.samples_test as samples

test_label if {
	keys.label("AKIAEXAMPLEEXAMPLE01") == "AKIA…LE01"
	keys.label("arn:aws:iam::111122223333:user/ci#access-key-2") == "access-key-2"
	keys.label("short") == "short"
}

test_active if {
	[key.id | some key in keys.active] == ["z", samples.key({}).id] with input as samples.about(samples.user, {"credentials": [
		samples.key({"id": "z"}),
		samples.key({}),
		samples.key({"id": "b", "kind": "console-password"}),
		samples.key({"id": "c", "kind": "signing-certificate", "status": "inactive"}),
	]})
}

test_none_for_a_secret if {
	count(keys.active) == 0 with input as samples.about_secret({}, {"credential": samples.key({})})
}
