package lapse.rules["database-admin-password_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["database-admin-password"] as rule

_url(facts) := {"facts": object.union({"scheme": "postgres", "host": "db.acme.example", "user": "postgres"}, facts)}

test_hit if {
	some found in rule.finding with input as samples.about_secret(_url({}), {})
	found.detail.user == "postgres"
	count(rule.finding) == 1 with input as samples.about_secret(_url({"scheme": "mysql", "user": "Root"}), {})
}

# A login that is only called after one is none, and neither is that of a database on the own machine.
test_near_misses if {
	every facts in [{"user": "postgres_reader"}, {"host": "localhost"}, {"scheme": "amqp"}] {
		count(rule.finding) == 0 with input as samples.about_secret(_url(facts), {})
	}
	dead := object.union(_url({}), {"validity": "inactive"})
	count(rule.finding) == 0 with input as samples.about_secret(dead, {})
}

test_unknown_user_is_no_finding if {
	count(rule.finding) == 0 with input as samples.about_secret({"facts": {"scheme": "postgres", "host": "db.acme.example"}}, {})
}
