package lapse.rules["db-admin-from-anywhere_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["db-admin-from-anywhere"] as rule

_account(name, over) := object.union_n([samples.principal("mysql", "account", concat("/", ["shop", name]), name), {"scope": ["shop"]}, over])

_from(name, effective) := samples.about(_account(name, {}), {"effective": samples.effective(effective)})

test_hit if {
	some found in rule.finding with input as _from("root@%", {"admin": "yes"})
	found == {
		"id": "db-admin-from-anywhere",
		"subject": "mysql:account:shop/root@%",
		"case": "default",
		"detail": {"principal": "root@%", "reach": "is an administrator"},
		"evidence": [{"fact": "host", "value": "%", "location": {"path": "export.json", "line": 1}}],
	}
}

test_a_way_is_a_case_of_its_own if {
	some found in rule.finding with input as _from("root@%", {"admin": samples.maybe})
	found.case == "way"
}

# A pattern with something before the sign names a network.
test_not_from_a_network if {
	count(rule.finding) == 0 with input as _from("root@10.1.%", {"admin": "yes"})
	count(rule.finding) == 0 with input as _from("root@localhost", {"admin": "yes"})
}

test_not_for_others if count(rule.finding) == 0 with input as _from("app@%", {"admin": "no"})

# Roles of MySQL are accounts that nobody signs in as.
test_not_for_a_role if {
	who := _account("dba@%", {"attributes": {"role": true}})
	count(rule.finding) == 0 with input as samples.about(who, {"effective": samples.effective({"admin": "yes"})})
}

test_not_when_locked if {
	who := _account("root@%", {"enabled": false})
	count(rule.finding) == 0 with input as samples.about(who, {"effective": samples.effective({"admin": "yes"})})
}

test_unknown_permissions_are_no_finding if {
	count(rule.finding) == 0 with input as samples.about(_account("root@%", {}), {})
}

test_not_on_other_platforms if {
	who := object.union(samples.user, {"name": "root@%"})
	count(rule.finding) == 0 with input as samples.about(who, {"effective": samples.effective({"admin": "yes"})})
}

test_not_for_other_kinds if {
	who := object.union(_account("root@%", {}), {"kind": "public"})
	count(rule.finding) == 0 with input as samples.about(who, {"effective": samples.effective({"admin": "yes"})})
}

test_not_for_a_secret if {
	count(rule.finding) == 0 with input as samples.about_secret({}, {"principal": _account("root@%", {})})
}
