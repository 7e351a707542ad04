package source

import (
	"maps"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"

	"lapse/rego/compiler/internal/native"
	"lapse/rego/compiler/internal/problem"
)

// Module says what a file declares and calls.
type Module struct {
	File    string `json:"file"`
	Package Path   `json:"package"`
	Line    int    `json:"line"`
	Column  int    `json:"column"`
	// Rules are the paths of the rules, ground part only, each once.
	Rules []Path `json:"rules"`
	// HostBuiltins are the names of the builtins it calls that OPA's WASM runtime lacks, sorted.
	HostBuiltins []string     `json:"hostBuiltins"`
	Annotations  []Annotation `json:"annotations"`
}

// Path is a path below data.
type Path []string

// Annotation is one METADATA block; Path is what it is attached to.
type Annotation struct {
	Line        int              `json:"line"`
	Path        Path             `json:"path"`
	Annotations *ast.Annotations `json:"annotations"`
}

// Describe lists modules by file name. It reads them as they were parsed: call it before they are compiled.
func (s Sources) Describe(modules map[string]*ast.Module) []Module {
	described := make([]Module, 0, len(modules))
	for _, name := range slices.Sorted(maps.Keys(modules)) {
		module := modules[name]
		described = append(described, Module{
			File:         name,
			Package:      path(module.Package.Path),
			Line:         module.Package.Location.Row,
			Column:       problem.Column(s[name], module.Package.Location),
			Rules:        rulePaths(module),
			HostBuiltins: hostBuiltins(module),
			Annotations:  annotations(module),
		})
	}
	return described
}

func rulePaths(module *ast.Module) []Path {
	paths := []Path{}
	seen := map[string]bool{}
	for _, rule := range module.Rules {
		ref := rule.Ref().GroundPrefix()
		if key := ref.String(); !seen[key] {
			seen[key] = true
			paths = append(paths, path(ref))
		}
	}
	return paths
}

func hostBuiltins(module *ast.Module) []string {
	called := map[string]bool{}
	ast.WalkRefs(module, func(ref ast.Ref) bool {
		if name := ref.String(); ast.BuiltinMap[name] != nil && !native.Has(name) {
			called[name] = true
		}
		return false
	})
	return append([]string{}, slices.Sorted(maps.Keys(called))...)
}

func annotations(module *ast.Module) []Annotation {
	list := []Annotation{}
	for _, each := range module.Annotations {
		target := each.GetTargetPath()
		if len(target) == 0 {
			target = module.Package.Path
		}
		list = append(list, Annotation{Line: each.Location.Row, Path: path(target), Annotations: each})
	}
	return list
}

// path leaves out the leading data.
func path(ref ast.Ref) Path {
	parts := Path{}
	for _, term := range ref[1:] {
		if text, ok := term.Value.(ast.String); ok {
			parts = append(parts, string(text))
		} else {
			parts = append(parts, term.Value.String())
		}
	}
	return parts
}
