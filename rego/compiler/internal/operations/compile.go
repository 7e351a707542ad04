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
}

// CompileResult is a policy and what its host has to know of it.
type CompileResult struct {
	Wasm        []byte          `json:"wasm"`
	Entrypoints []string        `json:"entrypoints"`
	Modules     []source.Module `json:"modules"`
}

// Compile checks modules and compiles them to WASM for lapse, where errors of builtins are errors (package strict).
func Compile(arguments CompileArguments) (*CompileResult, error) {
	modules, err := arguments.Modules.Parse()
	if err != nil {
		return nil, err
	}
	described := arguments.Modules.Describe(modules)
	built, entrypoints, err := arguments.build(modules, described)
	if err != nil {
		return nil, err
	}
	wasm, err := strict.Wrap(built.WasmModules[0].Raw)
	if err != nil {
		return nil, err
	}
	return &CompileResult{Wasm: wasm, Entrypoints: entrypoints, Modules: described}, nil
}

// build compiles modules to a bundle with the entry points that they define.
func (a CompileArguments) build(modules map[string]*ast.Module, described []source.Module) (*bundle.Bundle, []string, error) {
	if a.Strict || len(a.Schemas) > 0 { // building checks the rest
		if err := a.check(modules); err != nil {
			return nil, nil, err
		}
	}
	entrypoints := defined(a.Entrypoints, described)
	if len(entrypoints) == 0 {
		return nil, nil, problem.List{{
			Code:    "lapse_missing_entrypoint",
			Message: "no module defines any of " + strings.Join(a.Entrypoints, ", "),
		}}
	}
	sources := &bundle.Bundle{Data: map[string]any{}}
	for _, name := range slices.Sorted(maps.Keys(modules)) {
		sources.Modules = append(sources.Modules, bundle.ModuleFile{
			URL: name, Path: name, Parsed: modules[name], Raw: []byte(a.Modules[name]),
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
		return nil, nil, a.Modules.Problems(err)
	}
	return build.Bundle(), entrypoints, nil
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
