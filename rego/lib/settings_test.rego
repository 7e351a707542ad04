package lapse.lib.settings_test

import data.lapse.lib.samples_test as samples
import data.lapse.lib.settings

_raw := {"id": "key-too-old", "subject": "s", "case": "default", "detail": {}, "evidence": []}

_input(over) := samples.about(object.union(samples.user, over), {})

_shop := {"environment": "prd", "owner": {"value": "team/shop", "source": "tag"}}

_overrides := {
	"a-production": {
		"environments": ["production"],
		"thresholds": {"key_age_days": 30},
		"levels": {"key-too-old": {"default": "critical"}, "owner-missing": "off"},
	},
	"b-shop": {
		"owners": ["team/*"],
		"thresholds": {"key_age_days": 365, "dormant_days": 30},
		"levels": {"key-too-old": "low", "owner-missing": "info"},
	},
}

test_nothing_overridden if {
	settings.thresholds == data.lapse.thresholds with input as _input(_shop)
	settings.levels(_raw) == data.lapse.levels with input as _input(_shop)
}

test_only_for_those_that_it_is_about if {
	settings.thresholds == data.lapse.thresholds with input as _input({}) with data.lapse.overrides as _overrides
	staging := {"environment": "staging", "owner": {"value": "shop", "source": "tag"}}
	settings.thresholds == data.lapse.thresholds with input as _input(staging) with data.lapse.overrides as _overrides
	settings.levels(_raw) == data.lapse.levels with input as _input(staging) with data.lapse.overrides as _overrides
}

# Another spelling of the environment is the same environment; the pattern may also be what is written.
test_environments_by_any_spelling if {
	about_production := object.filter(_overrides, ["a-production"])
	every name in ["production", "prod", "PRD"] {
		strict := settings.thresholds with input as _input({"environment": name}) with data.lapse.overrides as about_production
		strict.key_age_days == 30
		strict.dormant_days == data.lapse.thresholds.dormant_days
	}
	own := {"x": {"environments": ["live-*"], "thresholds": {"key_age_days": 7}}}
	week := settings.thresholds with input as _input({"environment": "live-eu"}) with data.lapse.overrides as own
	week.key_age_days == 7
}

# An override that is looser must not undo one that is stricter, in whatever order they are.
test_the_strictest_of_several_counts if {
	found := settings.thresholds with input as _input(_shop) with data.lapse.overrides as _overrides
	[found.key_age_days, found.dormant_days] == [30, 30]
	levels := settings.levels(_raw) with input as _input(_shop) with data.lapse.overrides as _overrides
	levels["key-too-old"] == "critical"
	missing := object.union(_raw, {"id": "owner-missing"})
	kept := settings.levels(missing) with input as _input(_shop) with data.lapse.overrides as _overrides
	kept["owner-missing"] == "info"
}

# It replaces what is said for all, also where that is stricter.
test_may_be_looser_than_what_holds_for_all if {
	of_shop := object.filter(_overrides, ["b-shop"])
	found := settings.thresholds with input as _input(_shop) with data.lapse.overrides as of_shop
	found.key_age_days == 365
	levels := settings.levels(_raw) with input as _input(_shop) with data.lapse.overrides as of_shop
	levels["key-too-old"] == "low"
}

test_silences_for_some_only if {
	missing := object.union(_raw, {"id": "owner-missing"})
	production := _input({"environment": "production"})
	levels := settings.levels(missing) with input as production with data.lapse.overrides as _overrides
	levels["owner-missing"] == "off"
	levels["key-too-old"] == data.lapse.levels["key-too-old"]
}

test_a_rule_that_no_override_names_keeps_its_levels if {
	other := object.union(_raw, {"id": "key-unused"})
	settings.levels(other) == data.lapse.levels with input as _input(_shop) with data.lapse.overrides as _overrides
}

test_of_both_when_both_are_named if {
	both := {"x": {"environments": ["production"], "owners": ["team/*"], "thresholds": {"key_age_days": 1}}}
	found := settings.thresholds with input as _input(_shop) with data.lapse.overrides as both
	found.key_age_days == 1
	elsewhere := object.union(_shop, {"environment": "test"})
	settings.thresholds == data.lapse.thresholds with input as _input(elsewhere) with data.lapse.overrides as both
}

test_a_secret_is_as_its_principal if {
	mine := samples.about_secret({}, {"principal": object.union(samples.user, _shop)})
	found := settings.thresholds with input as mine with data.lapse.overrides as _overrides
	found.dormant_days == 30
	nobodys := samples.about_secret({}, {})
	settings.thresholds == data.lapse.thresholds with input as nobodys with data.lapse.overrides as _overrides
}
