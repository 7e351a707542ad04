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
# description: The change itself.
evidence := object.union_n([
	{
		"fact": concat(" ", [input.row.entity, input.row.kind]),
		"value": {"before": object.get(input.row, "before", null), "after": object.get(input.row, "after", null)},
	},
	{"source": source | source := input.row.source},
	{"as_of": since | since := input.row.since},
	{"location": {"path": file} | file := input.row.cause.file},
])
