package operations

import (
	"maps"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/format"

	"lapse/rego/compiler/internal/problem"
	"lapse/rego/compiler/internal/source"
)

// FormatArguments are modules to lay out.
type FormatArguments struct {
	Modules source.Sources `json:"modules"`
}

// FormatResult has the text of each module as `opa fmt` lays it out.
type FormatResult struct {
	Modules source.Sources `json:"modules"`
}

// Format lays modules out.
func Format(arguments FormatArguments) (*FormatResult, error) {
	formatted := source.Sources{}
	var problems problem.List
	for _, name := range slices.Sorted(maps.Keys(arguments.Modules)) {
		options := source.ParserOptions()
		text, err := format.SourceWithOpts(name, []byte(arguments.Modules[name]), format.Opts{
			RegoVersion:   ast.RegoV1,
			ParserOptions: &options,
		})
		if err != nil {
			problems = append(problems, arguments.Modules.Problems(err)...)
			continue
		}
		formatted[name] = string(text)
	}
	if len(problems) > 0 {
		return nil, problems
	}
	return &FormatResult{Modules: formatted}, nil
}
