package explanation

import (
	"encoding/json"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"
)

type evaluate func(ast.Ref, topdown.QueryTracer) (ast.Value, error)

// teller makes frames of what was recorded.
type teller struct {
	*recorder
	evaluate evaluate
	known    map[string]ast.Value
}

func (r *recorder) told(evaluate evaluate) []*Frame {
	made := teller{r, evaluate, map[string]ast.Value{}}
	return made.frames(r.roots)
}

func (t teller) frames(evaluations []*evaluation) []*Frame {
	frames := []*Frame{}
	for _, each := range evaluations {
		frames = append(frames, t.frame(each))
	}
	return frames
}

func (t teller) frame(e *evaluation) *Frame {
	location := e.written.Location
	made := &Frame{
		Rule:   strings.TrimPrefix(e.rule.Ref().GroundPrefix().String(), "data."),
		Text:   headText(e.written),
		File:   location.File,
		Line:   location.Row,
		Column: t.question.Column(location),
		Held:   len(e.held) > 0,
		Runs:   []Run{},
		More:   e.more,
	}
	for _, each := range e.held {
		made.Runs = append(made.Runs, Run{Answer: asJSON(each.answer), Steps: t.steps(e, each, len(e.written.Body))})
	}
	if !made.Held {
		for _, each := range e.failed {
			made.Runs = append(made.Runs, Run{Steps: t.steps(e, each, e.furthest)})
		}
	}
	return made
}

// steps tells the statements up to the one that failed; failed is their number when all held.
func (t teller) steps(e *evaluation, at state, failed int) []Step {
	steps := []Step{}
	compiled := t.compiledTerms(e)
	for index, expr := range e.written.Body {
		if index > failed {
			break
		}
		if isTrue(expr) {
			continue
		}
		steps = append(steps, Step{
			Text:   strings.TrimSpace(string(expr.Location.Text)),
			Line:   expr.Location.Row,
			Column: t.question.Column(expr.Location),
			Held:   index < failed,
			Values: t.values(expr, compiled, at),
			Rules:  t.frames(e.children[index]),
		})
	}
	return steps
}

func isTrue(expr *ast.Expr) bool {
	term, ok := expr.Terms.(*ast.Term)
	return ok && term.Value.Compare(ast.Boolean(true)) == 0
}

func headText(rule *ast.Rule) string {
	text := string(rule.Location.Text)
	if line, _, found := strings.Cut(text, "\n"); found {
		return line + " …"
	}
	return text
}

// compiledTerms are references and results of calls by the place they were written at.
func (t teller) compiledTerms(e *evaluation) map[int]ast.Value {
	terms := map[int]ast.Value{}
	ast.WalkExprs(e.rule.Body, func(expr *ast.Expr) bool {
		if !expr.IsCall() || expr.Location == nil {
			return false
		}
		operands := expr.Operands()
		if len(operands) == 0 {
			return false
		}
		if output, ok := operands[len(operands)-1].Value.(ast.Var); ok && output.IsGenerated() {
			terms[expr.Location.Offset] = output
		}
		return false
	})
	ast.WalkTerms(e.rule, func(term *ast.Term) bool {
		if ref, ok := term.Value.(ast.Ref); ok && term.Location != nil && term.Location.File == e.written.Location.File {
			if _, found := terms[term.Location.Offset]; !found || ref.HasPrefix(ast.DefaultRootRef) {
				terms[term.Location.Offset] = ref
			}
		}
		return false
	})
	return terms
}

// values tells what the variables and references of a statement were.
func (t teller) values(expr *ast.Expr, compiled map[int]ast.Value, at state) []Named {
	values := []Named{}
	seen := map[string]bool{}
	add := func(name string, value ast.Value, defined bool) {
		if seen[name] || strings.HasPrefix(name, "$") || name == "_" {
			return
		}
		seen[name] = true
		made := Named{Name: name}
		if defined {
			made.Value = asJSON(value)
		}
		values = append(values, made)
	}
	var visit func(any) bool
	visit = func(node any) bool {
		switch node := node.(type) {
		case *ast.ArrayComprehension, *ast.SetComprehension, *ast.ObjectComprehension, *ast.Every, *ast.With:
			return true
		case *ast.Expr:
			if terms, ok := node.Terms.([]*ast.Term); ok { // its operator is no value
				for _, term := range terms[1:] {
					ast.NewGenericVisitor(visit).Walk(term)
				}
				return true
			}
		case *ast.Term:
			switch value := node.Value.(type) {
			case ast.Call:
				for _, term := range value[1:] {
					ast.NewGenericVisitor(visit).Walk(term)
				}
				return true
			case ast.Var:
				if local, ok := at.names[value]; ok {
					if found, bound := at.locals[local]; bound && found.IsGround() {
						add(string(value), found, true)
					}
				} else if node.Location != nil {
					if ref, ok := compiled[node.Location.Offset].(ast.Ref); ok { // a rule by its name
						if found, ground := t.value(ref, at); ground {
							add(string(value), found, found != nil)
						}
					}
				}
			case ast.Ref:
				ref, ok := ast.Ref(nil), false
				if node.Location != nil {
					ref, ok = compiled[node.Location.Offset].(ast.Ref)
				}
				if !ok {
					ref = t.renamed(value, at)
				}
				if found, ground := t.value(ref, at); ground {
					add(value.String(), found, found != nil)
				}
				return true
			}
		}
		return false
	}
	ast.NewGenericVisitor(visit).Walk(expr)
	return values
}

func (t teller) renamed(ref ast.Ref, at state) ast.Ref {
	made := ref.Copy()
	for index, term := range made {
		if name, ok := term.Value.(ast.Var); ok {
			if local, known := at.names[name]; known {
				made[index] = ast.NewTerm(local)
			}
		}
	}
	return made
}

// value looks a reference up with the variables as they were; one with an open variable has no single value.
func (t teller) value(ref ast.Ref, at state) (ast.Value, bool) {
	plugged := make(ast.Ref, 0, len(ref))
	var base ast.Value
	for index, term := range ref {
		value := term.Value
		if name, ok := value.(ast.Var); ok && (index > 0 || at.locals[name] != nil) {
			value, ok = at.locals[name]
			if !ok || !value.IsGround() {
				return nil, false
			}
		}
		if inner, ok := value.(ast.Ref); ok {
			found, ground := t.value(inner, at)
			if !ground || found == nil {
				return nil, false
			}
			value = found
		}
		if index == 0 {
			base = value
		}
		plugged = append(plugged, ast.NewTerm(value))
	}
	if _, ok := base.(ast.Var); !ok {
		found, err := base.Find(plugged[1:])
		if err != nil {
			return nil, true
		}
		return found, true
	}
	if !plugged.HasPrefix(ast.DefaultRootRef) && !plugged.HasPrefix(ast.InputRootRef) {
		return nil, false
	}
	key := plugged.String()
	if found, ok := t.known[key]; ok {
		return found, true
	}
	found, err := t.evaluate(plugged, nil)
	if err != nil { // a function, for one
		return nil, false
	}
	t.known[key] = found
	return found, true
}

func asJSON(value ast.Value) json.RawMessage {
	if value == nil {
		return nil
	}
	made, err := ast.JSON(value)
	if err != nil {
		return nil
	}
	text, err := json.Marshal(made)
	if err != nil {
		return nil
	}
	return text
}
