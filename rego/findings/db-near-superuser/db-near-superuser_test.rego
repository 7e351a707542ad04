package lapse.rules["db-near-superuser_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["db-near-superuser"] as rule

_role(over) := object.union_n([samples.principal("postgres", "role", "orders/app", "app"), {"scope": ["orders"], "attributes": {"login": true}}, over])

_holds(id, answer, over) := samples.about(_role({}), {
	"grants": [samples.grant({"platform": "postgres"})],
	"effective": samples.effective(object.union({"privileges": [samples.privilege(id, answer)]}, over)),
})

test_hit if {
	some found in rule.finding with input as _holds("pg-server-program", "yes", {})
	found == {
		"id": "db-near-superuser",
		"subject": "postgres:role:orders/app",
		"case": "default",
		"detail": {
			"principal": "app",
			"what": "all of pg-server-program",
			"proviso": "",
			"key": "all of pg-server-program",
		},
		"evidence": [{
			"fact": "pg-server-program",
			"value": "all of pg-server-program",
			"location": {"path": "export.json", "line": 42},
		}],
	}
}

test_hidden_rows_are_a_case_of_their_own if {
	some found in rule.finding with input as _holds("pg-bypass-rls", "yes", {})
	found.case == "rows"
}

test_under_conditions_is_a_case_of_its_own if {
	some found in rule.finding with input as _holds("pg-server-files", samples.maybe, {})
	found.case == "conditional"
}

# Making databases is no step towards the server.
test_not_for_smaller_attributes if count(rule.finding) == 0 with input as _holds("pg-create-db", "yes", {})

# A superuser has BYPASSRLS beside it as a rule.
test_not_for_a_superuser if count(rule.finding) == 0 with input as _holds("pg-bypass-rls", "yes", {"admin": "yes"})

test_not_when_ruled_out if count(rule.finding) == 0 with input as _holds("pg-server-files", "no", {})

test_unknown_permissions_are_no_finding if count(rule.finding) == 0 with input as samples.about(_role({}), {})

test_not_on_other_platforms if {
	count(rule.finding) == 0 with input as samples.about(samples.user, {"effective": samples.effective({
		"privileges": [samples.privilege("pg-server-files", "yes")],
	})})
}

test_not_for_a_secret if count(rule.finding) == 0 with input as samples.about_secret({}, {"principal": _role({})})
