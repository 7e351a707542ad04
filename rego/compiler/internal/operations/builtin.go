package operations

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/metrics"
	"github.com/open-policy-agent/opa/v1/topdown"
	"github.com/open-policy-agent/opa/v1/topdown/builtins"

	"lapse/rego/compiler/internal/problem"
	"lapse/rego/compiler/internal/source"
	"lapse/rego/compiler/internal/value"
)

// BuiltinArguments are one call of a builtin; Operands are values in value notation. Now is in nanoseconds since 1970.
type BuiltinArguments struct {
	Name     string      `json:"name"`
	Operands []string    `json:"operands"`
	Now      json.Number `json:"now"`
}

// BuiltinResult has the value in value notation; Defined is false where the builtin has none (max of nothing).
type BuiltinResult struct {
	Defined bool   `json:"defined"`
	Value   string `json:"value"`
}

// Builtin calls OPA's own code of a builtin.
func Builtin(arguments BuiltinArguments) (*BuiltinResult, error) {
	run := topdown.GetBuiltin(arguments.Name)
	if run == nil || source.Refused(arguments.Name) {
		return nil, problem.List{{Code: topdown.InternalErr, Message: fmt.Sprintf("unknown builtin %q", arguments.Name)}}
	}
	operands := make([]*ast.Term, len(arguments.Operands))
	for index, text := range arguments.Operands {
		operand, err := value.Parse(text)
		if err != nil {
			return nil, err
		}
		operands[index] = operand
	}
	var result *ast.Term
	call := topdown.BuiltinContext{
		Context:      context.Background(),
		Metrics:      metrics.New(),
		Seed:         rand.Reader,
		Time:         ast.NumberTerm(arguments.Now),
		Cancel:       topdown.NewCancel(),
		Cache:        builtins.Cache{},
		Capabilities: source.Capabilities(),
	}
	err := run(call, operands, func(term *ast.Term) error {
		result = term
		return nil
	})
	if err != nil {
		return nil, problem.List{describe(err)}
	}
	if result == nil {
		return &BuiltinResult{}, nil
	}
	return &BuiltinResult{Defined: true, Value: value.Format(result.Value)}, nil
}

// describe keeps code and message that OPA's evaluator would report.
func describe(err error) problem.Problem {
	var reported *topdown.Error
	if errors.As(err, &reported) {
		return problem.Problem{Code: reported.Code, Message: reported.Message}
	}
	return problem.Problem{Code: topdown.BuiltinErr, Message: err.Error()}
}
