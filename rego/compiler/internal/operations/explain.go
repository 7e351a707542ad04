package operations

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
	"github.com/open-policy-agent/opa/v1/util"

	"lapse/rego/compiler/internal/explanation"
	"lapse/rego/compiler/internal/problem"
	"lapse/rego/compiler/internal/source"
)

// ExplainArguments are modules, the documents they see, and the rule that is asked for, as a path below data. Now is in
// nanoseconds since 1970.
type ExplainArguments struct {
	Modules source.Sources  `json:"modules"`
	Data    json.RawMessage `json:"data"`
	Input   json.RawMessage `json:"input"`
	Now     json.Number     `json:"now"`
	Query   source.Path     `json:"query"`
	// Focus is a package; its siblings are evaluated, and not told of.
	Focus source.Path `json:"focus"`
}

// ExplainResult is the answer as JSON, absent when there is none, and what was evaluated on the way.
type ExplainResult struct {
	Answer any                  `json:"answer,omitempty"`
	Error  string               `json:"error,omitempty"`
	Rules  []*explanation.Frame `json:"rules"`
}

// Explain evaluates a rule in OPA's evaluator and tells which rules held, and by which values.
func Explain(arguments ExplainArguments) (*ExplainResult, error) {
	modules, err := arguments.Modules.Parse()
	if err != nil {
		return nil, err
	}
	written, err := arguments.Modules.Parse() // compiling changes what was parsed
	if err != nil {
		return nil, err
	}
	compiler := ast.NewCompiler()
	if err := arguments.Modules.Compile(compiler, modules); err != nil {
		return nil, err
	}
	data := map[string]any{}
	if err := util.UnmarshalJSON(arguments.Data, &data); err != nil {
		return nil, fmt.Errorf("data: %w", err)
	}
	var input any
	if err := util.UnmarshalJSON(arguments.Input, &input); err != nil {
		return nil, fmt.Errorf("input: %w", err)
	}
	value, err := ast.InterfaceToValue(input)
	if err != nil {
		return nil, err
	}
	nanoseconds, err := strconv.ParseInt(arguments.Now.String(), 10, 64)
	if err != nil {
		return nil, fmt.Errorf("now: %w", err)
	}
	asked := explanation.Question{
		Column:  func(location *ast.Location) int { return problem.Column(arguments.Modules[location.File], location) },
		Written: written, Compiler: compiler, Store: inmem.NewFromObject(data), Input: ast.NewTerm(value),
		Now: time.Unix(0, nanoseconds), Query: reference(arguments.Query), Focus: reference(arguments.Focus),
	}
	answer, frames, err := asked.Evaluate(context.Background())
	result := &ExplainResult{Rules: frames}
	if err != nil {
		result.Error = err.Error()
	} else if answer != nil {
		if result.Answer, err = ast.JSON(answer); err != nil {
			return nil, err
		}
	}
	return result, nil
}

func reference(path source.Path) ast.Ref {
	ref := ast.DefaultRootRef
	for _, part := range path {
		ref = ref.Append(ast.StringTerm(part))
	}
	return ref
}
