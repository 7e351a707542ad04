# METADATA
# title: The change at hand
# description: Questions about one row of a comparison between two points in time.
# schemas:
#   - input: schema["drift-input"]
package lapse.lib.drift

# METADATA
# description: It was not there before, or not any more.
appeared if input.row.kind in {"added", "reopened"}

# METADATA
# description: Members that differ, by name.
changes[change.field] := change if {
	input.row.kind == "changed"
	some change in input.row.fields
}

# METADATA
# description: The change itself.
evidence := object.union_n([
	{
		"fact": concat(" ", [input.row.entity, input.row.kind]),
		"value": {change.field: object.remove(change, ["field", "minor"]) | some change in input.row.fields},
		"source": concat(", ", input.row.sources),
	},
	{"as_of": since | since := input.row.since},
	{"location": location | location := input.row.location},
])
