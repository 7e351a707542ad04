package lapse.findings_test

import data.lapse.findings
import data.lapse.lib.samples_test as samples

_privileged_user := samples.about(samples.user, {
	"credentials": [samples.key({"createdAt": "2025-01-01T00:00:00Z"})],
	"grants": [samples.grant({"actions": ["*"], "resources": ["*"]})],
	"effective": samples.effective({"admin": "yes", "privileges": [samples.privilege("admin", "yes")]}),
})

test_empty_when_there_is_nothing_to_say if findings.all == set() with input as samples.about(samples.user, {})

test_total_on_any_input if {
	findings.all == set() with input as {}
	findings.all == set() with input as "nonsense"
}

test_composes if {
	found := findings.all with input as _privileged_user
	{one.id | some one in found} == {"admin-standing", "key-too-old", "owner-missing", "policy-attached-to-user", "static-key-exists"}
}

test_case_becomes_a_level if {
	found := findings.all with input as _privileged_user
	some one in found
	one.id == "key-too-old"
	one.severity == "high"
	not one.case
}

test_level_of_metadata_is_left_out if {
	found := findings.all with input as _privileged_user
	some one in found
	one.id == "admin-standing"
	not one.severity
}

test_data_silences_a_rule if {
	found := findings.all with input as _privileged_user with data.lapse.levels["admin-standing"].default as "off"
	{one.id | some one in found} == {"key-too-old", "owner-missing", "policy-attached-to-user", "static-key-exists"}
}

test_data_allows_a_subject if {
	allowed := {"break-glass": {"subjects": ["aws:user:**"], "rules": ["admin-standing"], "reason": "sealed"}}
	found := findings.all with input as _privileged_user with data.lapse.allowed as allowed
	{one.id | some one in found} == {"key-too-old", "owner-missing", "policy-attached-to-user", "static-key-exists"}
}

test_shipped_allow_list if {
	with_admin := samples.effective({"admin": "yes"})
	masters := samples.principal("kubernetes", "group", "prod/system:masters", "system:masters")
	findings.all == set() with input as samples.about(masters, {"effective": with_admin})
	others := samples.principal("kubernetes", "group", "prod/system:masters/x", "system:masters")
	count(findings.all) == 1 with input as samples.about(others, {"effective": with_admin})
	arn := "arn:aws:iam::111122223333:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX"
	findings.all == set() with input as samples.about(
		samples.principal("aws", "role", arn, "AWSServiceRoleForX"),
		{"effective": with_admin},
	)
	own := samples.principal("aws", "role", "arn:aws:iam::111122223333:role/OrganizationAccountAccessRole", "x")
	foreign := {"trusts_in": [samples.trust({"subject": {"kind": "account", "value": "999988887777"}})]}
	findings.all == set() with input as samples.about(own, foreign)
	named := samples.principal("aws", "role", "arn:aws:iam::111122223333:role/x/OrganizationAccountAccessRole", "x")
	count(findings.all) == 1 with input as samples.about(named, foreign)
	name := "namespace-controller"
	controller := samples.principal("kubernetes", "service-account", concat("/", ["prod/kube-system", name]), name)
	reads := samples.effective({"privileges": [samples.privilege("secrets-read", "yes")]})
	findings.all == set() with input as samples.about(controller, {"effective": reads})
	found := findings.all with input as samples.about(controller, {"effective": with_admin})
	{one.id | some one in found} == {"cluster-admin-service-account"}
}

# What is said of the principal behind a secret is said once, where the principal is the subject.
test_a_secret_is_judged_as_a_secret_only if {
	who := object.union(samples.service_account, {"attributes": {"default": true, "password_enabled": true}})
	found := findings.all with input as samples.about_secret({}, {
		"credential": samples.key({"createdAt": "2025-01-01T00:00:00Z"}),
		"principal": who,
		"effective": samples.effective({
			"admin": "yes",
			"privileges": [samples.privilege("secrets-read", "yes"), samples.privilege("wildcard-service", "yes")],
			"escalations": [{"id": "x", "answer": "yes", "target": who.id, "uses": [], "evidence": []}],
			"federation": [{"trust": "t", "issuer": "i", "verdict": "open", "audience": false, "subjects": []}],
		}),
		"paths": [samples.path("yes")],
	})
	{one.id | some one in found} == {"secret-in-code", "secret-matches-privileged-credential"}
	{one.subject | some one in found} == {"secret:0123456789abcdef01234567"}
}

_workflow := "github:workflow:acme/shop/.github/workflows/release.yml"

test_one_finding_for_each_rule_subject_and_key if {
	found := findings.all with input as samples.about(
		samples.workflow({
			"permissions": "write-all",
			"triggers": ["pull_request_target", "workflow_run"],
			"jobs": [samples.job({
				"id": name,
				"permissions": "write-all",
				"secrets": ["A"],
				"secrets_inherit": true,
				"untrusted_checkout": true,
				"logins": [{"provider": "aws", "method": "static-key", "secrets": ["A"], "role": null, "line": 4}],
				"unpinned_actions": [{"uses": "elsewhere/x@v1", "line": 5}],
			}) |
				some name in ["a", "b"]
			],
		}),
		{"grants": [samples.grant({"id": id, "actions": ["*:write"]}) | some id in ["g1", "g2"]]},
	)
	count(found) == 7
	{[one.id, one.subject, object.get(one.detail, "key", "")] | some one in found} == {
		["action-unpinned-with-secrets", _workflow, "elsewhere/x"],
		["static-key-where-federation-possible", _workflow, "aws"],
		["workflow-dangerous-trigger", _workflow, "a"],
		["workflow-dangerous-trigger", _workflow, "b"],
		["workflow-secrets-inherit", _workflow, "a"],
		["workflow-secrets-inherit", _workflow, "b"],
		["workflow-token-wide", _workflow, ""],
	}
}
