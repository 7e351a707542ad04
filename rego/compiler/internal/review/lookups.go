package review

import "github.com/open-policy-agent/opa/v1/ast"

// FollowLookups lets the type checker see object.get(x, "name", …) as it sees x.name: a misspelt name would give the
// default for ever. The references are added to the bodies that make the calls; modules changed so are for checking only.
func FollowLookups(modules map[string]*ast.Module, own Files) {
	for _, module := range own.policies(modules) {
		ast.WalkRules(module, func(rule *ast.Rule) bool {
			found := lookupsIn(rule.Head)
			rule.Body = follow(rule.Body, found)
			return false
		})
		ast.WalkTerms(module, func(term *ast.Term) bool {
			switch made := term.Value.(type) {
			case *ast.ArrayComprehension:
				made.Body = follow(made.Body, lookupsIn(made.Term))
			case *ast.SetComprehension:
				made.Body = follow(made.Body, lookupsIn(made.Term))
			case *ast.ObjectComprehension:
				made.Body = follow(made.Body, append(lookupsIn(made.Key), lookupsIn(made.Value)...))
			}
			return false
		})
		ast.WalkExprs(module, func(expr *ast.Expr) bool {
			if every, ok := expr.Terms.(*ast.Every); ok {
				every.Body = follow(every.Body, nil)
			}
			return false
		})
	}
}

// follow appends the references that the body's own expressions, and what hangs on it, look up.
func follow(body ast.Body, found []*ast.Term) ast.Body {
	for _, expr := range body {
		if len(expr.With) > 0 || expr.Negated {
			continue
		}
		found = append(found, lookupsIn(expr)...)
	}
	for _, term := range found {
		body.Append(&ast.Expr{Terms: term, Location: term.Location})
	}
	return body
}

// lookupsIn finds calls outside closures, which have bodies of their own.
func lookupsIn(node any) []*ast.Term {
	var found []*ast.Term
	visitor := ast.NewGenericVisitor(func(each any) bool {
		switch each := each.(type) {
		case *ast.ArrayComprehension, *ast.SetComprehension, *ast.ObjectComprehension, *ast.Every:
			return true
		case ast.Call:
			found = append(found, lookup(each)...)
		case *ast.Expr:
			if terms, ok := each.Terms.([]*ast.Term); ok {
				found = append(found, lookup(terms)...)
			}
		}
		return false
	})
	visitor.Walk(node)
	return found
}

func lookup(call []*ast.Term) []*ast.Term {
	if len(call) < 4 || call[0].Value.String() != "object.get" {
		return nil
	}
	var ref ast.Ref
	switch from := call[1].Value.(type) {
	case ast.Ref:
		ref = from
	case ast.Var:
		ref = ast.Ref{call[1]}
	default:
		return nil
	}
	path := call[2:3]
	if array, ok := call[2].Value.(*ast.Array); ok {
		path = nil
		array.Foreach(func(term *ast.Term) { path = append(path, term) })
	}
	for _, part := range path {
		if _, ok := part.Value.(ast.String); !ok {
			return nil
		}
	}
	if len(path) == 0 {
		return nil
	}
	made := append(append(ast.Ref{}, ref...), path...)
	return []*ast.Term{{Value: made, Location: path[0].Location}}
}
