package review

import "github.com/open-policy-agent/opa/v1/ast"

// OPA's type checker takes a schema of null for one of anything, and what may be null for unchecked. So null is left out of
// the schemas, and of the comparisons that it would then contradict.

// WithoutNull leaves null out of the alternatives of a schema.
func WithoutNull(schema any) any {
	switch schema := schema.(type) {
	case map[string]any:
		made := make(map[string]any, len(schema))
		for key, value := range schema {
			made[key] = WithoutNull(value)
		}
		return made
	case []any:
		made := make([]any, 0, len(schema))
		for _, each := range schema {
			if object, ok := each.(map[string]any); !ok || object["type"] != "null" {
				made = append(made, WithoutNull(each))
			}
		}
		return made
	}
	return schema
}

// OpenNull makes every null of a body something of any type; modules changed so are for checking only.
func OpenNull(modules map[string]*ast.Module) {
	for _, module := range modules {
		ast.WalkBodies(module, func(body ast.Body) bool {
			ast.WalkTerms(body, func(term *ast.Term) bool {
				switch term.Value.(type) {
				case ast.Ref:
					return true
				case ast.Null:
					term.Value = ast.JSONUnmarshal.Call(ast.StringTerm("null")).Value
					return true
				}
				return false
			})
			return false
		})
	}
}
