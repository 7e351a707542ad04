package lapse.rules["db-reads-everything_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["db-reads-everything"] as rule

_role(over) := object.union_n([samples.principal("postgres", "role", "orders/app", "app"), {"scope": ["orders"], "attributes": {"login": true}}, over])

_holds(id, what, over) := samples.about(_role({}), {
	"grants": [samples.grant({"platform": "postgres"})],
	"effective": samples.effective(object.union(
		{"privileges": [{"id": id, "answer": "yes", "what": what, "grants": ["grant:1"]}]},
		over,
	)),
})

test_hit if {
	some found in rule.finding with input as _holds("pg-read-all-data", "pg_read_all_data: SELECT on everything", {})
	found == {
		"id": "db-reads-everything",
		"subject": "postgres:role:orders/app",
		"case": "default",
		"detail": {
			"principal": "app",
			"what": "pg_read_all_data: SELECT on everything",
			"proviso": "",
			"key": "pg_read_all_data: SELECT on everything",
		},
		"evidence": [{
			"fact": "reads everything",
			"value": "pg_read_all_data: SELECT on everything",
			"location": {"path": "export.json", "line": 42},
		}],
	}
}

test_of_mysql if count(rule.finding) == 1 with input as _holds("wildcard-service", "SELECT on everything", {})

# A copy of the server is every table of it.
test_a_copy_counts if {
	count(rule.finding) == 1 with input as _holds("secrets-read", "REPLICATION: a copy of the whole cluster", {})
}

# The same id stands for other things elsewhere.
test_not_for_what_only_is_called_alike if {
	count(rule.finding) == 0 with input as _holds("wildcard-service", "INSERT on everything", {})
	count(rule.finding) == 0 with input as _holds("secrets-read", "SELECT on mysql.user: hashes of passwords", {})
}

test_under_conditions_is_a_case_of_its_own if {
	privilege := object.union(samples.privilege("pg-read-all-data", samples.maybe), {"what": "all"})
	some found in rule.finding with input as samples.about(
		_role({}),
		{"effective": samples.effective({"privileges": [privilege]})},
	)
	found.case == "conditional"
}

test_not_for_an_administrator if {
	count(rule.finding) == 0 with input as _holds("pg-read-all-data", "all", {"admin": "yes"})
}

test_not_when_ruled_out if {
	privilege := samples.privilege("pg-read-all-data", "no")
	count(rule.finding) == 0 with input as samples.about(
		_role({}),
		{"effective": samples.effective({"privileges": [privilege]})},
	)
}

test_not_when_locked if {
	given := samples.effective({"privileges": [samples.privilege("pg-read-all-data", "yes")]})
	count(rule.finding) == 0 with input as samples.about(_role({"enabled": false}), {"effective": given})
}

test_unknown_permissions_are_no_finding if count(rule.finding) == 0 with input as samples.about(_role({}), {})

test_not_on_other_platforms if count(rule.finding) == 0 with input as samples.about(samples.user, {})

test_not_for_a_secret if count(rule.finding) == 0 with input as samples.about_secret({}, {"principal": _role({})})
