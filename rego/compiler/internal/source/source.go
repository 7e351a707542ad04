// Package source parses Rego modules and says what they may call.
package source

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"sync"

	"github.com/open-policy-agent/opa/v1/ast"

	"lapse/rego/compiler/internal/problem"
)

// RefusedBuiltin is the code of a call to a builtin that no policy of lapse may use.
const RefusedBuiltin = "lapse_refused_builtin"

// A decision reads its input and its data, nothing else: these reach the network, the environment or the host.
var refused = map[string]string{
	"http.send":          "it would reach the network",
	"net.lookup_ip_addr": "it would reach the network",
	"opa.runtime":        "it would read the environment",
}

// Refused says whether no policy may call the builtin.
func Refused(name string) bool {
	_, found := refused[name]
	return found
}

// Sources holds the text of modules by file name.
type Sources map[string]string

// Schema is a JSON schema, at schema.<path> for `schemas` annotations.
type Schema struct {
	Path   []string        `json:"path"`
	Schema json.RawMessage `json:"schema"`
}

// Capabilities are those of this OPA without the refused builtins and without network. Nobody may change them.
var Capabilities = sync.OnceValue(func() *ast.Capabilities {
	capabilities := ast.CapabilitiesForThisVersion()
	capabilities.AllowNet = []string{}
	capabilities.Builtins = slices.DeleteFunc(capabilities.Builtins, func(builtin *ast.Builtin) bool {
		return Refused(builtin.Name)
	})
	return capabilities
})

// Parse parses all modules, with annotations, and lists the problems of every file.
func (s Sources) Parse() (map[string]*ast.Module, error) {
	modules := make(map[string]*ast.Module, len(s))
	var problems problem.List
	for _, name := range slices.Sorted(maps.Keys(s)) {
		module, err := ast.ParseModuleWithOpts(name, s[name], ParserOptions())
		if err == nil && module == nil {
			err = problem.List{{Code: ast.ParseErr, Message: "empty module", File: name, Line: 1, Column: 1}}
		}
		if err != nil {
			problems = append(problems, s.Problems(err)...)
			continue
		}
		problems = append(problems, s.refusedCalls(module)...)
		modules[name] = module
	}
	if len(problems) > 0 {
		return nil, problems
	}
	return modules, nil
}

// ParserOptions are the same for every operation: Rego v1, annotations read. The refused builtins are known to the
// parser, so that a call to one of them is told apart from a misspelt name.
func ParserOptions() ast.ParserOptions {
	return ast.ParserOptions{RegoVersion: ast.RegoV1, ProcessAnnotation: true}
}

// Problems lists what an error says of these sources.
func (s Sources) Problems(err error) problem.List { return problem.In(s, err) }

// Compile type-checks modules with our capabilities.
func (s Sources) Compile(compiler *ast.Compiler, modules map[string]*ast.Module) error {
	compiler.WithCapabilities(Capabilities()).WithDefaultRegoVersion(ast.RegoV1).Compile(modules)
	if compiler.Failed() {
		return s.Problems(compiler.Errors)
	}
	return nil
}

// SchemaSet makes schemas known by their paths.
func SchemaSet(schemas []Schema) (*ast.SchemaSet, error) {
	set := ast.NewSchemaSet()
	for _, each := range schemas {
		var parsed any
		if err := json.Unmarshal(each.Schema, &parsed); err != nil {
			return nil, errors.Join(errors.New("schema is not JSON"), err)
		}
		path := ast.Ref{ast.SchemaRootDocument}
		for _, part := range each.Path {
			path = path.Append(ast.StringTerm(part))
		}
		set.Put(path, parsed)
	}
	return set, nil
}

func (s Sources) refusedCalls(module *ast.Module) problem.List {
	var problems problem.List
	ast.WalkRefs(module, func(ref ast.Ref) bool {
		name := ref.String()
		if reason, found := refused[name]; found {
			problems = append(problems, problem.At(s, ref[0].Location, RefusedBuiltin, name+" is refused: "+reason))
		}
		return false
	})
	return problems
}
