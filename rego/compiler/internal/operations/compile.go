package operations

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/bundle"
	"github.com/open-policy-agent/opa/v1/compile"

	"lapse/rego/compiler/internal/problem"
	"lapse/rego/compiler/internal/source"
	"lapse/rego/compiler/internal/strict"
)

// CompileArguments say what to compile. Entrypoints are paths below data, with slashes; those that no module defines are
// left out.
type CompileArguments struct {
	CheckArguments
	Entrypoints []string `json:"entrypoints"`
	// Portable leaves the policy as OPA makes it, for other hosts than lapse.
	Portable bool `json:"portable"`
}

// CompileResult is a policy and what its host has to know of it.
type CompileResult struct {
	Wasm        []byte          `json:"wasm"`
	Entrypoints []string        `json:"entrypoints"`
	Modules     []source.Module `json:"modules"`
}

// Compile checks modules and compiles them to WASM.
func Compile(arguments CompileArguments) (*CompileResult, error) {
	modules, err := arguments.Modules.Parse()
	if err != nil {
		return nil, err
	}
	described := arguments.Modules.Describe(modules)
	if arguments.Strict || len(arguments.Schemas) > 0 { // the build below checks the rest
		if err := arguments.check(modules); err != nil {
			return nil, err
		}
	}
	entrypoints := defined(arguments.Entrypoints, described)
	if len(entrypoints) == 0 {
		return nil, problem.List{{
			Code:    "lapse_missing_entrypoint",
			Message: "no module defines any of " + strings.Join(arguments.Entrypoints, ", "),
		}}
	}
	sources := &bundle.Bundle{Data: map[string]any{}}
	for _, name := range slices.Sorted(maps.Keys(modules)) {
		sources.Modules = append(sources.Modules, bundle.ModuleFile{
			URL: name, Path: name, Parsed: modules[name], Raw: []byte(arguments.Modules[name]),
		})
	}
	build := compile.New().
		WithTarget(compile.TargetWasm).
		WithRegoVersion(ast.RegoV1).
		WithCapabilities(source.Capabilities()).
		WithEntrypoints(entrypoints...).
		WithPruneUnused(true).
		WithBundle(sources)
	if err := build.Build(context.Background()); err != nil {
		return nil, arguments.Modules.Problems(err)
	}
	wasm := build.Bundle().WasmModules[0].Raw
	if !arguments.Portable {
		var err error
		if wasm, err = strict.Wrap(wasm); err != nil {
			return nil, err
		}
	}
	return &CompileResult{
		Wasm:        wasm,
		Entrypoints: entrypoints,
		Modules:     described,
	}, nil
}

func defined(entrypoints []string, modules []source.Module) []string {
	rules := map[string]bool{}
	for _, module := range modules {
		for _, rule := range module.Rules {
			rules[strings.Join(rule, "/")] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(entrypoints), func(entrypoint string) bool { return !rules[entrypoint] })
}
