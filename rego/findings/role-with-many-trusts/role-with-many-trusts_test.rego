package lapse.rules["role-with-many-trusts_test"]

import data.lapse.lib.samples_test as samples
import data.lapse.rules["role-with-many-trusts"] as rule

_by(number, over) := samples.about(samples.role, {"trusts_in": [
object.union(object.remove(_trust(index), object.keys(over)), over) |
	some index in numbers.range(1, number)
]})

_trust(index) := samples.trust({
	"id": format_int(index, 10),
	"subject": {"kind": "principal", "id": concat("-", ["aws:user:arn:u", format_int(index, 10)])},
})

test_threshold_edge if {
	some found in rule.finding with input as _by(10, {})
	found.detail == {"principal": "deployer", "count": 10}
	count(rule.finding) == 0 with input as _by(9, {})
}

# Many statements about one are one, and sessions of one role are that role.
test_near_misses if {
	every over in [
		{"subject": {"kind": "account", "value": "111122223333"}},
		{"subject": {"kind": "service", "value": "ec2.amazonaws.com"}},
		{"how": "runs-as"},
		{"effect": "deny"},
	] {
		count(rule.finding) == 0 with input as _by(12, over)
	}
}
