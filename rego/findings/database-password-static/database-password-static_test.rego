package lapse.rules["database-password-static_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["database-password-static"] as rule

_url(facts) := {"facts": object.union(
	{"scheme": "postgresql", "host": "db.acme.example", "user": "orders", "database": "shop"},
	facts,
)}

test_hit if {
	some found in rule.finding with input as samples.about_secret(_url({}), {})
	found.detail == {
		"title": "AWS access key",
		"place": "deploy/.env",
		"database": "shop",
		"host": "db.acme.example",
		"user": "orders",
	}
	count(rule.finding) == 1 with input as samples.about_secret(_url({"scheme": "mysql+pymysql"}), {})
}

# What developers run on their own machine opens nothing to others; a proxy with a password is no database.
test_near_misses if {
	every facts in [{"host": "localhost"}, {"host": "127.0.0.1"}, {"host": "db"}, {"scheme": "https"}] {
		count(rule.finding) == 0 with input as samples.about_secret(_url(facts), {})
	}
	every over in [{"inHead": false}, {"validity": "inactive"}] {
		count(rule.finding) == 0 with input as samples.about_secret(object.union(_url({}), over), {})
	}
}

test_unknown_is_no_finding if {
	count(rule.finding) == 0 with input as samples.about_secret({}, {})
	count(rule.finding) == 0 with input as samples.about_secret({"facts": {"scheme": "postgres"}}, {})
}
