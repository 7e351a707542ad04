# METADATA
# title: Which access rules match
# description: >-
#   Access rules are data (`data.lapse.access.rules`, from `issuer.access` in the configuration). Here each is held
#   against the request. To allow or to escalate, a rule must cover everything that is asked, and what it leaves out
#   covers nothing; to deny, one match is enough, and what it leaves out matches everything.
# schemas:
#   - input: schema["access-input"]
package lapse.access.candidates

import data.lapse.lib.access.moments
import data.lapse.lib.access.requesters
import data.lapse.lib.access.windows
import data.lapse.lib.segments

# METADATA
# description: Rules that cover the whole request, by effect.
# scope: document
matching contains rule if {
	some rule in data.lapse.access.rules
	rule.effect in {"allow", "escalate"}
	_covers_subject(rule)
	_names(_list(rule, "targets"), input.target.id)
	_covers_actions(rule)
	_covers_resources(rule)
	_covers_principal(rule)
	_in_its_windows(rule)
	object.get(rule, "break_glass", false) == object.get(input.request.detail, "break_glass", false)
}

matching contains rule if {
	some rule in data.lapse.access.rules
	rule.effect == "deny"
	_hits_subject(rule)
	_hits_target(rule)
	_hits_actions(rule)
	_hits_resources(rule)
	_hits_principal(rule)
}

# METADATA
# description: >-
#   Rules that do not say what their author meant - an unknown effect, or a pattern that can never match. They make
#   every decision a deny, since nobody can tell what a deny rule among them was to stop.
# scope: document
broken contains object.get(rule, "id", "") if {
	some rule in data.lapse.access.rules
	not _effect_known(rule)
}

broken contains object.get(rule, "id", "") if {
	some rule in data.lapse.access.rules
	some pattern in _patterns(rule)
	not segments.valid(pattern)
}

_in_its_windows(rule) if count(_list(rule, "windows")) == 0

_in_its_windows(rule) if windows.inside(_list(rule, "windows"), moments.start(input.request, input.now))

_effect_known(rule) if rule.effect in {"allow", "escalate", "deny"}

_patterns(rule) := union({
	{pattern | some pattern in _list(rule, "resources")},
	{pattern | some pattern in _list(rule, "principals")},
	{entry.subject | some entry in _list(rule, "subjects")},
	{pattern | some entry in _list(rule, "subjects"); some pattern in entry.claims},
})

_covers_subject(rule) if {
	some entry in _list(rule, "subjects")
	requesters.fits(entry, input.request.requester)
}

_hits_subject(rule) if count(_list(rule, "subjects")) == 0

_hits_subject(rule) if {
	some entry in _list(rule, "subjects")
	requesters.named(entry, input.request.requester)
}

_hits_target(rule) if count(_list(rule, "targets")) == 0

_hits_target(rule) if _names(_list(rule, "targets"), input.target.id)

_covers_actions(rule) if {
	count(input.request.detail.actions) > 0
	every action in input.request.detail.actions {
		_names(_list(rule, "actions"), action)
	}
}

_hits_actions(rule) if count(_list(rule, "actions")) == 0

_hits_actions(rule) if {
	some action in input.request.detail.actions
	_names(_list(rule, "actions"), action)
}

_names(names, name) if name in names

_names(names, _) if "*" in names

# Naming no resource may mean all of them to a target, so it takes a rule that covers all, or that speaks of none.
_covers_resources(rule) if {
	count(input.request.detail.resources) > 0
	every resource in input.request.detail.resources {
		_named(_list(rule, "resources"), resource)
	}
}

_covers_resources(rule) if {
	count(input.request.detail.resources) == 0
	count([pattern | some pattern in _list(rule, "resources"); pattern != "**"]) == 0
}

_hits_resources(rule) if count(_list(rule, "resources")) == 0

_hits_resources(_) if count(input.request.detail.resources) == 0

_hits_resources(rule) if {
	some resource in input.request.detail.resources
	_named(_list(rule, "resources"), resource)
}

# Who is elevated must be named: a rule that speaks of none covers credentials only.
_covers_principal(_) if not input.request.detail.principal

_covers_principal(rule) if _names_principal(rule)

_hits_principal(rule) if count(_list(rule, "principals")) == 0

_hits_principal(rule) if _names_principal(rule)

_names_principal(rule) if _named(_list(rule, "principals"), input.request.detail.principal)

_names_principal(rule) if {
	"@requester" in _list(rule, "principals")
	input.request.detail.principal == input.request.requester.subject
}

_named(patterns, resource) if {
	some pattern in patterns
	segments.match(pattern, resource)
}

_list(rule, name) := object.get(rule, name, [])
