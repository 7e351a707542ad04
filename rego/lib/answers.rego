# METADATA
# title: Three-valued answers
# description: >-
#   What src/iam resolves is "yes", "no" or {"if": [conditions]}. A rule must say what it does with the third: an `if`
#   is never a "no", and it is never as severe as a "yes".
package lapse.lib.answers

# METADATA
# description: It cannot be ruled out - yes, or under conditions.
# scope: document
possible("yes")

possible(answer) if count(answer["if"]) >= 0

# METADATA
# description: >-
#   It hangs on nothing but policies that are in none of the files that were read. That is no word about the principal:
#   it is said once, by the rule `permissions-unread`, and not by every rule that could hold.
unread(answer) if {
	count(answer["if"]) > 0
	every condition in answer["if"] {
		contains(condition, "(not read)")
	}
}

# METADATA
# description: It cannot be ruled out by what was read.
shown(answer) if {
	possible(answer)
	not unread(answer)
}

# METADATA
# description: The case that a finding reports its level under.
# scope: document
level_case("yes") := "default"

level_case(answer) := "conditional" if count(answer["if"]) >= 0

# METADATA
# description: The conditions of an answer, none for yes and no.
# scope: document
conditions(answer) := answer["if"] if is_object(answer)

conditions(answer) := [] if is_string(answer)

# METADATA
# description: The firmest answer of a non-empty collection - yes beats if beats no.
firmest(answers) := "yes" if {
	"yes" in answers
} else := {"if": sort({condition | some answer in answers; some condition in conditions(answer)})} if {
	some answer in answers
	is_object(answer)
} else := "no"

# METADATA
# description: For messages - nothing for a yes, and ` (only if …)` for an `if`.
# scope: document
proviso(answer) := "" if is_string(answer)

proviso(answer) := concat("", [" (only if ", concat("; ", answer["if"]), ")"]) if is_object(answer)
