package syntax

import (
	"math"
	"math/big"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// maxChain is how deep what is written in a row may nest here: `a + b + …` and `f()[0][0]…` grow to the left.
const maxChain = 400

var operators = map[*hclsyntax.Operation]string{
	hclsyntax.OpLogicalOr:          "||",
	hclsyntax.OpLogicalAnd:         "&&",
	hclsyntax.OpLogicalNot:         "!",
	hclsyntax.OpEqual:              "==",
	hclsyntax.OpNotEqual:           "!=",
	hclsyntax.OpGreaterThan:        ">",
	hclsyntax.OpGreaterThanOrEqual: ">=",
	hclsyntax.OpLessThan:           "<",
	hclsyntax.OpLessThanOrEqual:    "<=",
	hclsyntax.OpAdd:                "+",
	hclsyntax.OpSubtract:           "-",
	hclsyntax.OpMultiply:           "*",
	hclsyntax.OpDivide:             "/",
	hclsyntax.OpModulo:             "%",
	hclsyntax.OpNegate:             "-",
}

func (w *writer) expression(expression hclsyntax.Expression, depth int) {
	if expression == nil {
		w.unknown("nothing", hcl.Range{})
		return
	}
	if depth > maxChain {
		w.unknown("too deep", expression.Range())
		return
	}
	inner := func(name string, one hclsyntax.Expression) {
		w.member(name)
		w.expression(one, depth+1)
	}
	inners := func(name string, some []hclsyntax.Expression) {
		w.list(name, len(some), func(i int) { w.expression(some[i], depth+1) })
	}
	switch e := expression.(type) {
	case *hclsyntax.ParenthesesExpr:
		w.expression(e.Expression, depth+1)
		return
	case *hclsyntax.TemplateWrapExpr:
		w.expression(e.Wrapped, depth+1)
		return
	case *hclsyntax.LiteralValueExpr:
		w.literal(e.Val, e.SrcRange)
		return
	case *hclsyntax.TemplateExpr:
		w.template(e, depth)
		return
	case *hclsyntax.ObjectConsKeyExpr:
		// A bare word is a name, but `(word)` and `word.attribute` are references.
		name := hcl.ExprAsKeyword(e.Wrapped)
		if name == "" || e.ForceNonLiteral {
			w.expression(e.Wrapped, depth+1)
		} else {
			w.literal(cty.StringVal(name), e.Wrapped.Range())
		}
		return
	case *hclsyntax.ScopeTraversalExpr:
		w.kind("reference", e.SrcRange)
		w.path(e.Traversal)
	case *hclsyntax.RelativeTraversalExpr:
		w.kind("get", e.SrcRange)
		inner("of", e.Source)
		w.path(e.Traversal)
	case *hclsyntax.IndexExpr:
		w.kind("index", e.SrcRange)
		inner("of", e.Collection)
		inner("key", e.Key)
	case *hclsyntax.SplatExpr:
		w.kind("splat", e.SrcRange)
		inner("of", e.Source)
		inner("each", e.Each)
	case *hclsyntax.AnonSymbolExpr:
		w.kind("item", e.SrcRange)
	case *hclsyntax.FunctionCallExpr:
		w.kind("call", e.Range())
		w.member("name")
		w.text(e.Name)
		inners("args", e.Args)
		w.flag("expands", e.ExpandFinal)
	case *hclsyntax.TupleConsExpr:
		w.kind("list", e.SrcRange)
		inners("items", e.Exprs)
	case *hclsyntax.ObjectConsExpr:
		w.kind("object", e.SrcRange)
		w.list("entries", len(e.Items), func(i int) {
			w.open("key")
			w.expression(e.Items[i].KeyExpr, depth+1)
			inner("value", e.Items[i].ValueExpr)
			w.out = append(w.out, '}')
		})
	case *hclsyntax.ConditionalExpr:
		w.kind("conditional", e.SrcRange)
		inner("condition", e.Condition)
		inner("whenTrue", e.TrueResult)
		inner("whenFalse", e.FalseResult)
	case *hclsyntax.BinaryOpExpr:
		w.kind("operation", e.SrcRange)
		w.member("operator")
		w.text(operators[e.Op])
		inners("operands", []hclsyntax.Expression{e.LHS, e.RHS})
	case *hclsyntax.UnaryOpExpr:
		w.kind("operation", e.SrcRange)
		w.member("operator")
		w.text(operators[e.Op])
		inners("operands", []hclsyntax.Expression{e.Val})
	case *hclsyntax.ForExpr:
		w.loop(e, inner)
	case *hclsyntax.TemplateJoinExpr:
		w.kind("join", e.Range())
		inner("of", e.Tuple)
	default:
		w.unknown("unreadable", expression.Range())
		return
	}
	w.out = append(w.out, '}')
}

func (w *writer) loop(e *hclsyntax.ForExpr, inner func(string, hclsyntax.Expression)) {
	w.kind("for", e.SrcRange)
	if e.KeyVar != "" {
		w.member("keyName")
		w.text(e.KeyVar)
	}
	w.member("valueName")
	w.text(e.ValVar)
	inner("of", e.CollExpr)
	if e.KeyExpr != nil {
		inner("key", e.KeyExpr)
	}
	inner("value", e.ValExpr)
	if e.CondExpr != nil {
		inner("condition", e.CondExpr)
	}
	w.flag("groups", e.Group)
}

// template writes what is text through and through as a literal.
func (w *writer) template(e *hclsyntax.TemplateExpr, depth int) {
	whole := true
	var text strings.Builder
	for _, part := range e.Parts {
		literal, ok := part.(*hclsyntax.LiteralValueExpr)
		if !ok || literal.Val.IsNull() || literal.Val.Type() != cty.String {
			whole = false
			break
		}
		text.WriteString(literal.Val.AsString())
	}
	if whole {
		w.kind("literal", e.SrcRange)
		w.member("value")
		w.text(text.String())
	} else {
		w.kind("template", e.SrcRange)
		w.list("parts", len(e.Parts), func(i int) { w.expression(e.Parts[i], depth+1) })
	}
	w.heredoc(e)
	w.out = append(w.out, '}')
}

// heredoc writes where the first line of a heredoc's text stands: each line of the text is one of the file.
func (w *writer) heredoc(e *hclsyntax.TemplateExpr) {
	begin, end := e.SrcRange.Start.Byte, e.SrcRange.End.Byte
	if begin < 0 || end > len(w.source) || begin > end || !strings.HasPrefix(string(w.source[begin:min(begin+2, end)]), "<<") {
		return
	}
	line, _ := w.places.of(begin)
	if line >= len(w.places.lines) {
		return
	}
	column := 1
	if len(e.Parts) > 0 {
		if literal, ok := e.Parts[0].(*hclsyntax.LiteralValueExpr); ok && !literal.Val.IsNull() && literal.Val.Type() == cty.String {
			column += max(0, indentation(string(w.source[w.places.lines[line]:]))-indentation(literal.Val.AsString()))
		}
	}
	w.member("block")
	w.position(line+1, column)
}

func indentation(text string) int { return len(text) - len(strings.TrimLeft(text, " \t")) }

func (w *writer) literal(value cty.Value, at hcl.Range) {
	if !value.IsKnown() {
		w.unknown("unreadable", at)
		return
	}
	if !value.IsNull() && value.Type() == cty.Number {
		number, _ := value.AsBigFloat().Float64()
		if math.IsInf(number, 0) {
			w.unknown("a number that is too large", at)
			return
		}
		w.kind("literal", at)
		w.member("value")
		w.number(value.AsBigFloat(), number)
		w.out = append(w.out, '}')
		return
	}
	w.kind("literal", at)
	w.member("value")
	switch {
	case value.IsNull():
		w.out = append(w.out, "null"...)
	case value.Type() == cty.String:
		w.text(value.AsString())
	case value.Type() == cty.Bool:
		w.out = strconv.AppendBool(w.out, value.True())
	default:
		w.out = append(w.out, "null"...)
	}
	w.out = append(w.out, '}')
}

func (w *writer) number(exact *big.Float, near float64) {
	if whole, accuracy := exact.Int64(); accuracy == big.Exact {
		w.out = strconv.AppendInt(w.out, whole, 10)
		return
	}
	w.out = strconv.AppendFloat(w.out, near, 'g', -1, 64)
}

// path writes the steps of a traversal: names as text, positions as numbers, keys as objects.
func (w *writer) path(traversal hcl.Traversal) {
	w.list("path", len(traversal), func(i int) {
		switch step := traversal[i].(type) {
		case hcl.TraverseRoot:
			w.text(step.Name)
		case hcl.TraverseAttr:
			w.text(step.Name)
		case hcl.TraverseIndex:
			if step.Key.Type() == cty.Number {
				near, _ := step.Key.AsBigFloat().Float64()
				if math.IsInf(near, 0) {
					near = -1
				}
				w.number(step.Key.AsBigFloat(), near)
			} else {
				w.open("key")
				w.text(step.Key.AsString())
				w.out = append(w.out, '}')
			}
		default:
			w.text("*")
		}
	})
}

func (w *writer) flag(name string, set bool) {
	if set {
		w.member(name)
		w.out = append(w.out, "true"...)
	}
}

func (w *writer) unknown(what string, at hcl.Range) {
	w.kind("unknown", at)
	w.member("what")
	w.text(what)
	w.out = append(w.out, '}')
}
