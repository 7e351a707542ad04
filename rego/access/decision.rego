# METADATA
# title: Access decision
# description: >-
#   Answers an access request with allow, escalate or deny. The default is deny; any deny wins, then escalate. What
#   grants is a rule of the configuration or an access policy of the user's own (`input.policies`). Limits of all that
#   matches hold together - the shortest time, the overlap of networks, every approval. What the inventory knows of the
#   requester and of the target can only make the answer stricter, unless a policy says that it takes it upon itself,
#   as one for emergencies does.
# schemas:
#   - input: schema["access-input"]
package lapse.access

import data.lapse.access.candidates
import data.lapse.lib.access.moments
import data.lapse.lib.access.windows
import data.lapse.lib.answers
import data.lapse.lib.networks
import data.lapse.lib.segments

# METADATA
# title: The decision on one access request
# description: >-
#   Always defined. Reasons are ids that are safe to show to the requester; they never say what would have helped.
# scope: document
# entrypoint: true
default decision := {
	"effect": "deny",
	"rule": "default",
	"reasons": ["undecided"],
	"ttl_max": 0,
	"scope": {"actions": [], "resources": []},
	"source_cidrs": [],
	"approvals": [],
	"notify": [],
}

decision := _denial if {
	count(_refusals) > 0
} else := _escalation if {
	count(_grounds_to_ask) > 0
} else := _permission

_denial := {
	"effect": "deny",
	"rule": _denying_rule,
	"reasons": sort(_refusals | _unanswerable),
	"ttl_max": 0,
	"scope": {"actions": [], "resources": []},
	"source_cidrs": [],
	"approvals": [],
	"notify": [],
}

_escalation := object.union_n([_asked_of_people, _waiting_limit, _offers])

_asked_of_people := {
	"effect": "escalate",
	"rule": _deciding_rule,
	"reasons": sort(_grounds_to_ask | _remarks),
	"ttl_max": _ttl_max,
	"scope": _scope,
	"source_cidrs": sort(_source_cidrs),
	"approvals": _approvals,
	"notify": sort({approval.from | some approval in _approvals}),
}

_waiting_limit := {"pending_ttl": min(_pending_limits)} if count(_pending_limits) > 0

_waiting_limit := {} if count(_pending_limits) == 0

_offers := {"narrower": _narrower} if count(_narrower) > 0

_offers := {} if count(_narrower) == 0

_pending_limits contains rule.pending_ttl if some rule in _granting

_permission := {
	"effect": "allow",
	"rule": _deciding_rule,
	"reasons": sort(_remarks),
	"ttl_max": _ttl_max,
	"scope": _scope,
	"source_cidrs": sort(_source_cidrs),
	"approvals": [],
	"notify": _notified_of_use,
}

# Why not.

_refusals contains "denied-by-rule" if count(_rules_to("deny")) > 0

_refusals contains "no-rule" if {
	count(_granting) == 0
	count(_policies_to("deny")) == 0
}

_refusals contains reason if {
	some policy in _policies_to("deny")
	some reason in policy.reasons
}

_refusals contains "denied-by-policy" if {
	some policy in _policies_to("deny")
	count(policy.reasons) == 0
}

_refusals contains "change-freeze" if {
	some freeze in _freezes
	not _only_asks(freeze)
	not _accepted("change-freeze")
}

_refusals contains "rule-invalid" if count(candidates.broken) > 0

_refusals contains "target-mismatch" if input.request.detail.target != input.target.id

_refusals contains "no-actions" if count(input.request.detail.actions) == 0

_refusals contains "duration-invalid" if not _ttl_positive

_refusals contains "reason-required" if {
	some rule in _granting
	rule.require_reason == true
	not _given("reason")
}

_refusals contains "ticket-required" if {
	some rule in _granting
	rule.require_ticket == true
	not _given("ticket")
}

_refusals contains "source-not-allowed" if {
	some rule in _granting
	not networks.admits(object.get(rule, "source_cidrs", []), input.request.source_ip)
}

_refusals contains "source-not-allowed" if {
	some list in _network_limits
	count(list) > 0
	count(_source_cidrs) == 0
}

# Emergency access skips the prior approval, and nothing else.
_refusals contains "not-a-person" if {
	_emergency
	input.request.requester.kind != "operator"
}

_refusals contains "reason-required" if {
	_emergency
	not _given("reason")
}

_refusals contains "too-many-denials" if input.history.recent_denials >= data.lapse.thresholds.denials_to_deny

_refusals contains "self-approval" if {
	some approval in input.approvals
	lower(approval.approver) in _requesting_people
}

# A fact that is missing would otherwise leave its check undefined, which is to say passed.
_refusals contains "input-incomplete" if not _input_complete

# Somebody must be asked, and there is nobody who could answer.
_refusals contains "no-approvers" if {
	_willing
	count(_grounds_to_ask) > 0
	not _answerable
}

_willing if {
	count(_granting) > 0
	count(_rules_to("deny") | _policies_to("deny")) == 0
}

# Whoever is refused because nobody can be asked hears what it was about.
_unanswerable := {ground | "no-approvers" in _refusals; some ground in _grounds_to_ask}

_input_complete if {
	is_string(input.now)
	is_string(input.target.id)
	is_string(input.request.detail.target)
	is_number(input.history.recent_denials)
	is_boolean(input.history.first_use)
	is_array(input.history.held)
	is_array(input.approvals)
	is_array(input.policies)
	is_array(data.lapse.access.freezes)
	is_array(input.request.requester.owners)
	is_string(input.request.source_ip)
	"risk" in object.keys(input)
}

# Why somebody must be asked.

_grounds_to_ask contains ground if {
	some ground in _grounds
	not _accepted(ground)
	not _skipped(ground)
}

# What would be looked at before is looked at afterwards.
_skipped(ground) if {
	_emergency
	ground in {"recent-denials", "requester-admin", "requester-findings", "target-admin"}
}

_emergency if input.request.detail.break_glass == true

_grounds contains "approval-required" if count(_rules_to("escalate")) > 0

_grounds contains reason if {
	some policy in _policies_to("escalate")
	some reason in policy.reasons
}

_grounds contains "approval-required" if {
	some policy in _policies_to("escalate")
	count(policy.reasons) == 0
}

_grounds contains "requester-admin" if answers.possible(input.risk.requester_admin)

# What a target hands out would be more than the access that was asked for.
_grounds contains "target-admin" if answers.possible(input.risk.target_admin)

_grounds contains "requester-findings" if {
	some id in input.risk.requester_findings
	id in data.lapse.risk.findings_to_escalate
}

_grounds contains "change-freeze" if {
	some freeze in _freezes
	_only_asks(freeze)
}

_only_asks(freeze) if freeze.effect == "escalate"

# A suspicion, which is no reason to deny where nobody can be asked: a misspelt request, repeated, would lock its
# requester out of what a rule allows. Then the answer says so, and the limit above still ends it.
_grounds contains "recent-denials" if {
	_many_denials
	_answerable
}

_many_denials if input.history.recent_denials >= data.lapse.thresholds.denials_to_escalate

# Only a policy can say that it knows of a ground and grants nevertheless.
_accepted(ground) if {
	ground in {"change-freeze", "recent-denials", "requester-admin", "requester-findings", "target-admin"}
	some policy in _policies_to("allow")
	ground in policy.accepts
}

_freezes := windows.holding(data.lapse.access.freezes, _begins, input.target)

_begins := moments.start(input.request, input.now)

# Limits.

_granting := ((_rules_to("allow") | _rules_to("escalate")) | _policies_to("allow")) | _policies_to("escalate")

_policies_to(effect) := {policy |
	some policy in input.policies
	policy.effect == effect
	_concerns(policy)
}

# What grants emergency access says so, and grants nothing else: who may do without a colleague in an emergency may not
# otherwise.
_concerns(policy) if policy.effect == "deny"

_concerns(policy) if {
	_emergency
	"break-glass" in policy.accepts
}

_concerns(policy) if {
	not _emergency
	not "break-glass" in policy.accepts
}

_rules_to(effect) := {rule | some rule in candidates.matching; rule.effect == effect}

_ttl_max := min({input.request.detail.duration, data.lapse.thresholds.access_max_ttl} | _rule_limits)

_rule_limits contains rule.max_ttl if some rule in _granting

_ttl_positive if _ttl_max > 0

_remarks contains "ttl-shortened" if _ttl_max < input.request.detail.duration

_remarks contains "recent-denials" if _many_denials

_remarks contains ground if {
	some ground in _grounds
	_accepted(ground)
}

_remarks contains "break-glass" if _emergency

_remarks contains ground if {
	some ground in _grounds
	_skipped(ground)
}

_remarks contains "change-freeze" if {
	count(_freezes) > 0
	_accepted("change-freeze")
}

_remarks contains reason if {
	some policy in _policies_to("allow")
	some reason in policy.reasons
}

_scope := {"actions": input.request.detail.actions, "resources": input.request.detail.resources}

_network_limits contains object.get(rule, "source_cidrs", []) if some rule in _granting

_network_limits contains object.get(input.request.detail, "source_cidrs", [])

_source_cidrs := networks.overlap(_network_limits)

# Approvals.

_approvals := [_place(group, level, max(counts)) |
	some [level, group] in sort({[_level(approval), approval.from] | some approval in _wanted_approvals})
	counts := {approval.count |
		some approval in _wanted_approvals
		approval.from == group
		_level(approval) == level
	}
]

# Levels are asked one after the other, the first when there is no word of any.
_level(approval) := object.get(approval, "level", 1)

_place(group, 1, count) := {"from": group, "count": count}

_place(group, level, count) := {"from": group, "count": count, "level": level} if level > 1

_wanted_approvals := _asked_approvals if count(_asked_approvals) > 0

_wanted_approvals := _usual_approvals if count(_asked_approvals) == 0

_asked_approvals contains approval if {
	some rule in _granting
	some approval in object.get(rule, "approvals", [])
	approval.count > 0
}

# Whom to ask where what grants names nobody.
_usual_approvals contains approval if {
	some approval in data.lapse.access.default_approvals
	approval.count > 0
}

# What approvers may choose instead of the whole. More time of a lease that is out is time and nothing else.
_narrower := [choice |
	some choice in sort({choice |
		not input.request.detail.extends
		some rule in _granting
		some offered in object.get(rule, "narrower", [])
		choice := _within(offered)
		_less(choice)
	})
]

_within(offered) := {
	"id": offered.id,
	"actions": [action |
		some action in input.request.detail.actions
		action in object.get(offered, "actions", input.request.detail.actions)
	],
	"resources": [resource |
		some resource in input.request.detail.resources
		some pattern in object.get(offered, "resources", ["**"])
		segments.match(pattern, resource)
	],
	"duration": min({_ttl_max, object.get(offered, "max_ttl", _ttl_max)}),
}

_less(choice) if {
	choice.duration > 0
	count(choice.actions) > 0
	_resources_left(choice)
	[choice.actions, choice.resources, choice.duration] != [
		input.request.detail.actions,
		input.request.detail.resources,
		_ttl_max,
	]
}

_resources_left(choice) if count(choice.resources) > 0

_resources_left(_) if count(input.request.detail.resources) == 0

# Enough people for every group, and one person in one place only: any of the groups together must have as many people
# as are asked of them (Hall's theorem). More groups than six are not counted out.
_answerable if {
	count(_approvals) in numbers.range(1, 6)
	count(_counted_places) == 0
}

_answerable if {
	count(_approvals) in numbers.range(1, 6)
	count(_counted_places) > 0
	every some_of in numbers.range(1, bits.lsh(1, count(_counted_places)) - 1) {
		chosen := [approval | some place, approval in _counted_places; bits.and(some_of, bits.lsh(1, place)) > 0]
		people := union({_eligible(approval.from) | some approval in chosen})
		count(people) >= sum([approval.count | some approval in chosen])
	}
}

# Who is in a group of the identity provider shows when they sign in: nobody counts those ahead.
_counted_places := [approval | some approval in _approvals; not _of_provider(approval.from)]

_of_provider(group) if group in data.lapse.access.provider_groups

# The requester, whoever owns it and whoever started it are one side; nobody of them can be the other.
_requesting_people contains lower(input.request.requester.subject)

_requesting_people contains lower(owner) if some owner in input.request.requester.owners

_eligible(group) := {lower(operator) | some operator in data.lapse.access.groups[group]} - _requesting_people

# Who decided, who hears of it.

default _denying_rule := "default"

_denying_rule := min({rule.id | some rule in (_rules_to("deny") | _policies_to("deny"))}) if {
	count(_rules_to("deny") | _policies_to("deny")) > 0
} else := _deciding_rule

_deciding_rule := min({rule.id | some rule in _asking}) if {
	count(_asking) > 0
} else := min({rule.id | some rule in _granting})

_asking := _rules_to("escalate") | _policies_to("escalate")

_notified_of_use := sort(_told_of_first_use | {name | some policy in _policies_to("allow"); some name in policy.notify})

_told_of_first_use := {owner | input.history.first_use; some owner in input.request.requester.owners}

_given(name) if trim_space(input.request.detail[name]) != ""
