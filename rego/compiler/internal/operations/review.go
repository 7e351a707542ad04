package operations

import (
	"encoding/json"
	"fmt"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/util"

	"lapse/rego/compiler/internal/problem"
	"lapse/rego/compiler/internal/review"
	"lapse/rego/compiler/internal/source"
)

// ReviewArguments are modules to look at as their author would. Own are the files that are his; the others are there so
// that they compile.
type ReviewArguments struct {
	CheckArguments
	Own     []string        `json:"own"`
	Inputs  []review.Input  `json:"inputs"`
	Answers []review.Answer `json:"answers"`
	// Metadata are the members of `custom` that lapse reads.
	Metadata []string `json:"metadata"`
	// Data is the data document that the modules will see.
	Data json.RawMessage `json:"data"`
	// Records are paths below data whose members are all known.
	Records []source.Path `json:"records"`
}

// ReviewResult describes modules without problems, and the calls that are not WASM's own.
type ReviewResult struct {
	Modules []source.Module `json:"modules"`
	Calls   []review.Call   `json:"calls"`
}

// Review checks modules more strictly than OPA does: every rule against the schema of its input, fields that are looked up
// by name, data that nobody defines, answers that nobody would understand.
func Review(arguments ReviewArguments) (*ReviewResult, error) {
	modules, err := arguments.Modules.Parse()
	if err != nil {
		return nil, err
	}
	described := arguments.Modules.Describe(modules)
	schemas, err := source.SchemaSet(withoutNull(arguments.Schemas))
	if err != nil {
		return nil, err
	}
	data := map[string]any{}
	if err := util.UnmarshalJSON(arguments.Data, &data); err != nil {
		return nil, fmt.Errorf("data: %w", err)
	}
	own := review.Own(arguments.Own)
	problems := review.Answers(arguments.Modules, modules, own, arguments.Answers)
	problems = append(problems, review.Metadata(arguments.Modules, modules, own, arguments.Metadata)...)
	if err := review.ApplyInputs(modules, arguments.Inputs); err != nil {
		return nil, err
	}
	review.FollowLookups(modules, own)
	review.OpenNull(modules)
	compiler := ast.NewCompiler().
		SetErrorLimit(0).
		WithStrict(arguments.Strict).
		WithUseTypeCheckAnnotations(true).
		WithSchemas(schemas)
	if err := arguments.Modules.Compile(compiler, modules); err != nil {
		problems = append(problems, problem.In(arguments.Modules, err)...)
	} else {
		problems = append(problems, review.UnknownData(arguments.Modules, compiler, own, data, arguments.Records)...)
	}
	if len(problems) > 0 {
		return nil, problem.Sorted(problems)
	}
	return &ReviewResult{Modules: described, Calls: review.Calls(arguments.Modules, compiler, own)}, nil
}

func withoutNull(schemas []source.Schema) []source.Schema {
	made := make([]source.Schema, 0, len(schemas))
	for _, each := range schemas {
		var parsed any
		if json.Unmarshal(each.Schema, &parsed) == nil { // what is no JSON is reported where it is put to use
			each.Schema, _ = json.Marshal(review.WithoutNull(parsed))
		}
		made = append(made, each)
	}
	return made
}
