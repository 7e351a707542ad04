package review

import (
	"cmp"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/util"

	"lapse/rego/compiler/internal/native"
	"lapse/rego/compiler/internal/problem"
	"lapse/rego/compiler/internal/source"
)

// Call is one of a builtin that OPA's WASM runtime lacks, in Rule or in what it needs of files that are not its author's
// (Through). The place is that of the call in Rule's file, or of the rule.
type Call struct {
	Rule    string `json:"rule"`
	Builtin string `json:"builtin"`
	Through string `json:"through,omitempty"`
	File    string `json:"file"`
	Line    int    `json:"line"`
	Column  int    `json:"column"`
}

// Calls lists the calls of own rules by place.
func Calls(sources source.Sources, compiler *ast.Compiler, own Files) []Call {
	calls := []Call{}
	for _, module := range own.policies(compiler.Modules) {
		for _, rule := range module.Rules {
			calls = append(calls, callsOf(sources, compiler, own, rule)...)
		}
	}
	slices.SortFunc(calls, func(a, b Call) int {
		return cmp.Or(
			cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column),
			cmp.Compare(a.Builtin, b.Builtin),
		)
	})
	return slices.Compact(calls)
}

func callsOf(sources source.Sources, compiler *ast.Compiler, own Files, rule *ast.Rule) []Call {
	name := rule.Ref().GroundPrefix().String()
	var calls []Call
	add := func(location *ast.Location, builtin, through string) {
		at := problem.At(sources, location, "", "")
		calls = append(calls, Call{name, builtin, through, at.File, at.Line, at.Column})
	}
	for each := rule; each != nil; each = each.Else {
		hostCalls(each, func(builtin string, location *ast.Location) { add(location, builtin, "") })
	}
	seen := map[util.T]bool{}
	var visit func(util.T)
	visit = func(node util.T) {
		for next := range compiler.Graph.Dependencies(node) {
			needed, ok := next.(*ast.Rule)
			if !ok || seen[next] {
				continue
			}
			seen[next] = true
			if own[needed.Location.File] {
				continue // named where it stands
			}
			hostCalls(needed, func(builtin string, _ *ast.Location) {
				add(rule.Location, builtin, needed.Ref().GroundPrefix().String())
			})
			visit(next)
		}
	}
	visit(rule)
	return calls
}

func hostCalls(rule *ast.Rule, found func(string, *ast.Location)) {
	ast.WalkExprs(rule, func(expr *ast.Expr) bool {
		if !expr.IsCall() {
			return false
		}
		if name := expr.Operator().String(); ast.BuiltinMap[name] != nil && !native.Has(name) {
			location := expr.Location
			if operator := expr.OperatorTerm().Location; operator != nil {
				location = operator
			}
			found(name, location)
		}
		return false
	})
}
