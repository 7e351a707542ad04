package lapse.lib.answers_test

import data.lapse.lib.answers

_maybe := {"if": ["b", "a"]}

test_possible if {
	answers.possible("yes")
	answers.possible(_maybe)
	not answers.possible("no")
	not answers.possible(null)
}

test_level_case if {
	answers.level_case("yes") == "default"
	answers.level_case(_maybe) == "conditional"
	not answers.level_case("no")
}

test_conditions if {
	answers.conditions(_maybe) == ["b", "a"]
	answers.conditions("no") == []
}

test_firmest if {
	answers.firmest({"no", _maybe, "yes"}) == "yes"
	answers.firmest({"no", _maybe, {"if": ["c"]}}) == {"if": ["a", "b", "c"]}
	answers.firmest({"no"}) == "no"
	answers.firmest(set()) == "no"
}

test_proviso if {
	answers.proviso("yes") == ""
	answers.proviso(_maybe) == " (only if b; a)"
}

# One condition that was read makes it a word about the principal.
test_unread_is_not_shown if {
	answers.unread({"if": ["policy:a (not read) allows it", "policies of b (not read)"]})
	not answers.unread({"if": ["policy:a (not read) allows it", "aws:SourceIp is 10.0.0.0/8"]})
	not answers.unread({"if": []})
	not answers.unread("yes")
	answers.shown("yes")
	answers.shown({"if": ["policy:a (not read) allows it", "aws:SourceIp is 10.0.0.0/8"]})
	not answers.shown({"if": ["policy:a (not read) allows it"]})
	not answers.shown("no")
}
