// Package review looks at modules as the authors of policies would: for what compiles, and still is a mistake.
package review

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

const testSuffix = "_test.rego"

// Input says which schema the input of the packages at and below a path has. A later one wins.
type Input struct {
	Package []string `json:"package"`
	Schema  []string `json:"schema"`
}

// Files are the names of files.
type Files map[string]bool

// Own makes a set of names.
func Own(names []string) Files {
	files := make(Files, len(names))
	for _, name := range names {
		files[name] = true
	}
	return files
}

// policies lists the modules among them that are no tests, by file name.
func (f Files) policies(modules map[string]*ast.Module) []*ast.Module {
	var list []*ast.Module
	for _, name := range slices.Sorted(maps.Keys(modules)) {
		if f[name] && !strings.HasSuffix(name, testSuffix) {
			list = append(list, modules[name])
		}
	}
	return list
}

// ApplyInputs gives packages without a schema of their own that of their input, as if they had an annotation. Tests make
// their inputs themselves.
func ApplyInputs(modules map[string]*ast.Module, inputs []Input) error {
	blocks := map[string]*ast.Annotations{}
	for _, name := range slices.Sorted(maps.Keys(modules)) {
		module := modules[name]
		if block := packageBlock(module); block != nil {
			blocks[module.Package.Path.String()] = block
		}
	}
	for _, name := range slices.Sorted(maps.Keys(modules)) {
		module := modules[name]
		schema := schemaOf(module, inputs)
		if schema == nil || strings.HasSuffix(name, testSuffix) {
			continue
		}
		path := module.Package.Path.String()
		block := blocks[path]
		if block == nil {
			made, err := emptyBlock(module)
			if err != nil {
				return err
			}
			module.Annotations = append(module.Annotations, made)
			blocks[path], block = made, made
		}
		if len(block.Schemas) == 0 {
			block.Schemas = []*ast.SchemaAnnotation{{Path: ast.InputRootRef, Schema: schema}}
		}
	}
	return nil
}

func packageBlock(module *ast.Module) *ast.Annotations {
	for _, each := range module.Annotations {
		if each.Scope == "package" {
			return each
		}
	}
	return nil
}

// emptyBlock is a block of METADATA of the module's package. Which node a block belongs to, only the parser can say.
func emptyBlock(module *ast.Module) (*ast.Annotations, error) {
	text := "# METADATA\n# title: input\n" + module.Package.String() + "\n"
	parsed, err := ast.ParseModuleWithOpts(module.Package.Location.File, text, ast.ParserOptions{
		RegoVersion: ast.RegoV1, ProcessAnnotation: true,
	})
	if err != nil {
		return nil, fmt.Errorf("METADATA of %v: %w", module.Package, err)
	}
	return parsed.Annotations[0], nil
}

func schemaOf(module *ast.Module, inputs []Input) ast.Ref {
	var found ast.Ref
	for _, each := range inputs {
		if !hasPrefix(module.Package.Path[1:], each.Package) {
			continue
		}
		found = ast.Ref{ast.SchemaRootDocument}
		for _, part := range each.Schema {
			found = found.Append(ast.StringTerm(part))
		}
	}
	return found
}

// hasPrefix compares a path with its beginning; "*" is any name.
func hasPrefix(path ast.Ref, prefix []string) bool {
	if len(path) < len(prefix) {
		return false
	}
	for index, part := range prefix {
		if name, ok := path[index].Value.(ast.String); !ok || (part != "*" && part != string(name)) {
			return false
		}
	}
	return true
}
