package review

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"lapse/rego/compiler/internal/problem"
	"lapse/rego/compiler/internal/source"
)

// UnknownDataError is the code of a reference that no rule and no document answers.
const UnknownDataError = "lapse_unknown_data"

type dataReview struct {
	sources source.Sources
	rules   *ast.TreeNode
	data    map[string]any
	records []source.Path
}

// UnknownData lists references into data that nothing defines: they are undefined for ever, which a rule takes for "no".
func UnknownData(
	sources source.Sources, compiler *ast.Compiler, own Files, data map[string]any, records []source.Path,
) problem.List {
	review := dataReview{sources, compiler.RuleTree, data, records}
	var problems problem.List
	for name, module := range compiler.Modules {
		if !own[name] {
			continue
		}
		replaced := replacedData(module)
		for _, rule := range module.Rules {
			location := rule.Location
			ast.NewGenericVisitor(func(node any) bool {
				switch node := node.(type) {
				case *ast.Expr:
					location = cmp.Or(node.Location, location)
				case *ast.Term:
					ref, ok := node.Value.(ast.Ref)
					if !ok || !ref.HasPrefix(ast.DefaultRootRef) || overlaps(ref, replaced) {
						return false
					}
					if position := review.unknown(ref); position > 0 {
						problems = append(problems, review.problem(cmp.Or(node.Location, location), ref, position))
					}
				}
				return false
			}).Walk(rule)
		}
	}
	return problems
}

// replacedData lists what `with` puts something else in the place of.
func replacedData(module *ast.Module) []ast.Ref {
	var replaced []ast.Ref
	ast.WalkExprs(module, func(expr *ast.Expr) bool {
		for _, with := range expr.With {
			if ref, ok := with.Target.Value.(ast.Ref); ok {
				replaced = append(replaced, ref)
			}
		}
		return false
	})
	return replaced
}

func overlaps(ref ast.Ref, others []ast.Ref) bool {
	for _, other := range others {
		if ref.HasPrefix(other) || other.HasPrefix(ref) {
			return true
		}
	}
	return false
}

// unknown is the position of the first part that nothing defines, or 0.
func (r dataReview) unknown(ref ast.Ref) int {
	node, base := r.rules.Child(ref[0].Value), any(r.data)
	for position := 1; position < len(ref); position++ {
		name, ok := ref[position].Value.(ast.String)
		if !ok {
			return 0
		}
		virtual := node != nil
		if virtual {
			node = node.Child(name)
			if node != nil && len(node.Values) > 0 { // what a rule answers, the type checker knows
				return 0
			}
		}
		document, isObject := base.(map[string]any)
		value, found := document[string(name)]
		if node == nil && !found {
			if !isObject || virtual || r.isRecord(ref[1:position]) {
				return position
			}
			return 0
		}
		base = nil
		if found {
			base = value
		}
	}
	return 0
}

func (r dataReview) isRecord(path ast.Ref) bool {
	for _, record := range r.records {
		if len(record) == len(path) && hasPrefix(path, record) {
			return true
		}
	}
	return false
}

func (r dataReview) problem(location *ast.Location, ref ast.Ref, position int) problem.Problem {
	if own := ref[position].Location; own != nil && own.File == location.File && own.Row == location.Row {
		location = own
	}
	known := r.known(ref[:position])
	made := problem.At(r.sources, location, UnknownDataError, fmt.Sprintf("nothing defines %v", ref[:position+1]))
	made.Details = problem.Suggest(strings.Trim(ref[position].Value.String(), `"`), known)
	return made
}

func (r dataReview) known(path ast.Ref) []string {
	var names []string
	if node := r.rules.Find(path); node != nil {
		for _, child := range node.Sorted {
			if name, ok := child.(ast.String); ok {
				names = append(names, string(name))
			}
		}
	}
	base := any(r.data)
	for _, part := range path[1:] {
		document, _ := base.(map[string]any)
		base = document[string(part.Value.(ast.String))]
	}
	if document, ok := base.(map[string]any); ok {
		for name := range document {
			names = append(names, name)
		}
	}
	return names
}
