// Package operations holds what the host can ask for, one file each.
package operations

import (
	"github.com/open-policy-agent/opa/v1/ast"

	"lapse/rego/compiler/internal/source"
)

// CheckArguments are modules to type-check. Without schemas, annotations that name one are not followed.
type CheckArguments struct {
	Modules source.Sources  `json:"modules"`
	Strict  bool            `json:"strict"`
	Schemas []source.Schema `json:"schemas"`
}

// CheckResult describes modules without problems.
type CheckResult struct {
	Modules []source.Module `json:"modules"`
}

// Check parses and type-checks modules.
func Check(arguments CheckArguments) (*CheckResult, error) {
	modules, err := arguments.Modules.Parse()
	if err != nil {
		return nil, err
	}
	described := arguments.Modules.Describe(modules)
	if err := arguments.check(modules); err != nil {
		return nil, err
	}
	return &CheckResult{Modules: described}, nil
}

func (a CheckArguments) check(modules map[string]*ast.Module) error {
	schemas, err := source.SchemaSet(a.Schemas)
	if err != nil {
		return err
	}
	compiler := ast.NewCompiler().
		WithStrict(a.Strict).
		WithUseTypeCheckAnnotations(len(a.Schemas) > 0).
		WithSchemas(schemas)
	return a.Modules.Compile(compiler, modules)
}
