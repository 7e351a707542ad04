package explanation

import (
	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"
)

const (
	// Ways in which a rule held, or nearly did: of hundreds, a reader needs the first.
	maxRuns = 20
	// Evaluations of rules below one statement.
	maxFrames = 40
	// Evaluations of rules altogether, which take memory.
	maxAll = 20_000
)

// recorder listens to an evaluation and keeps what a reader could ask about.
type recorder struct {
	question Question
	rules    map[place]*ast.Rule // as written
	queries  map[uint64]*query
	roots    []*evaluation
	count    int
}

type place struct {
	file        string
	row, column int
}

// query is a body under evaluation: of a rule, or of a closure in one, whose events count as the rule's own.
type query struct {
	evaluation *evaluation
	outer      bool
	hidden     bool
}

// evaluation is one of a rule, statement by statement.
type evaluation struct {
	rule     *ast.Rule // as compiled
	written  *ast.Rule
	current  int
	children map[int][]*evaluation
	held     []state
	failed   []state
	furthest int
	more     int
}

// state is what the variables were at one moment.
type state struct {
	locals map[ast.Var]ast.Value // by rewritten name
	names  map[ast.Var]ast.Var   // rewritten by name
	answer ast.Value
}

func newRecorder(question Question) *recorder {
	made := &recorder{question: question, rules: map[place]*ast.Rule{}, queries: map[uint64]*query{}}
	for _, module := range question.Written {
		for _, rule := range module.Rules {
			for each := rule; each != nil; each = each.Else {
				made.rules[placeOf(each.Location)] = each
			}
		}
	}
	return made
}

func placeOf(location *ast.Location) place {
	if location == nil {
		return place{}
	}
	return place{location.File, location.Row, location.Col}
}

// Enabled is true: there is no evaluation to explain without its events.
func (r *recorder) Enabled() bool { return true }

// Config asks for the values of variables.
func (r *recorder) Config() topdown.TraceConfig { return topdown.TraceConfig{PlugLocalVars: true} }

// TraceEvent takes one event.
func (r *recorder) TraceEvent(event topdown.Event) {
	if event.Op == topdown.EnterOp {
		r.enter(event)
		return
	}
	at := r.queries[event.QueryID]
	if at == nil || at.hidden || at.evaluation == nil {
		return
	}
	switch node := event.Node.(type) {
	case *ast.Expr:
		if at.outer {
			r.statement(event, at.evaluation, node)
		}
	case *ast.Rule:
		if event.Op == topdown.ExitOp {
			at.evaluation.hold(event, node)
		}
	}
}

func (r *recorder) enter(event topdown.Event) {
	parent := r.queries[event.ParentID]
	made := &query{}
	r.queries[event.QueryID] = made
	if parent != nil {
		made.evaluation, made.hidden = parent.evaluation, parent.hidden
	}
	rule, ok := event.Node.(*ast.Rule)
	if !ok || made.hidden {
		return
	}
	if r.count++; r.count > maxAll || r.isSibling(rule) {
		made.hidden = true
		return
	}
	entered := &evaluation{rule: rule, written: r.rules[placeOf(rule.Location)], furthest: -1, children: map[int][]*evaluation{}}
	if entered.written == nil {
		made.hidden = true
		return
	}
	if above := made.evaluation; above == nil {
		r.roots = append(r.roots, entered)
	} else if below := above.children[above.current]; len(below) < maxFrames {
		above.children[above.current] = append(below, entered)
	}
	made.evaluation, made.outer = entered, true
}

// isSibling says that a rule stands beside what is asked about: another finding, another access policy.
func (r *recorder) isSibling(rule *ast.Rule) bool {
	focus, path := r.question.Focus, rule.Module.Package.Path
	last := len(focus) - 1
	return last > 0 && len(path) > last && path[:last].Equal(focus[:last]) && !path[last].Equal(focus[last])
}

func (r *recorder) statement(event topdown.Event, at *evaluation, expr *ast.Expr) {
	index := at.statement(expr.Location)
	switch event.Op {
	case topdown.EvalOp, topdown.RedoOp:
		at.current = index
	case topdown.FailOp:
		if len(at.held) > 0 || index < at.furthest {
			return
		}
		if index > at.furthest {
			at.furthest, at.failed = index, nil
		}
		if len(at.failed) < maxRuns {
			at.failed = append(at.failed, stateOf(event, nil))
		} else {
			at.more++
		}
	}
}

// statement is the index of the written statement that a compiled expression comes from; the head counts as the last.
func (e *evaluation) statement(location *ast.Location) int {
	found := len(e.written.Body)
	if location == nil || location.File != e.written.Location.File {
		return max(e.current, 0)
	}
	for index, expr := range e.written.Body {
		if expr.Location.Offset <= location.Offset {
			found = index
		}
	}
	return found
}

func (e *evaluation) hold(event topdown.Event, rule *ast.Rule) {
	if len(e.held) >= maxRuns {
		e.more++
		return
	}
	answer := rule.Head.Value
	if rule.Head.RuleKind() == ast.MultiValue {
		answer = rule.Head.Key
	}
	var value ast.Value
	if answer != nil {
		value = event.Plug(answer).Value
	}
	e.held = append(e.held, stateOf(event, value))
}

func stateOf(event topdown.Event, answer ast.Value) state {
	made := state{locals: map[ast.Var]ast.Value{}, names: map[ast.Var]ast.Var{}, answer: answer}
	event.Locals.Iter(func(key, value ast.Value) bool {
		if name, ok := key.(ast.Var); ok {
			made.locals[name] = value
			if metadata, known := event.LocalMetadata[name]; known {
				made.names[metadata.Name] = name
			}
		}
		return false
	})
	return made
}
