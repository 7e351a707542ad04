package review

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"lapse/rego/compiler/internal/problem"
	"lapse/rego/compiler/internal/source"
)

// AnswerError is the code of a rule whose answer nobody would understand.
const AnswerError = "lapse_answer_error"

// Answer is what the rule of this name must answer in packages of that path; "*" is any name. Members are by name.
type Answer struct {
	Package []string `json:"package"`
	Rule    string   `json:"rule"`
	Set     bool     `json:"set"`
	// Total says that it must always answer.
	Total   bool              `json:"total"`
	Members map[string]Member `json:"members"`
}

// Member of an answer. Kind is string, number, array, object; Values are all that a string may be.
type Member struct {
	Required bool     `json:"required"`
	Kind     string   `json:"kind"`
	Values   []string `json:"values"`
}

type answerReview struct {
	sources source.Sources
	Answer
	problems problem.List
}

// Answers lists rules that are asked for and answer something else, as far as their text shows it.
func Answers(sources source.Sources, modules map[string]*ast.Module, own Files, answers []Answer) problem.List {
	var problems problem.List
	for _, answer := range answers {
		review := answerReview{sources: sources, Answer: answer}
		review.packages(own.policies(modules))
		problems = append(problems, review.problems...)
	}
	return problems
}

// packages looks at every package that should have the rule, which may be spread over files.
func (r *answerReview) packages(modules []*ast.Module) {
	rules := map[string][]*ast.Rule{}
	first := map[string]*ast.Module{}
	var order []string
	for _, module := range modules {
		path := module.Package.Path[1:]
		if len(path) != len(r.Package) || !hasPrefix(path, r.Package) {
			continue
		}
		key := path.String()
		if first[key] == nil {
			first[key] = module
			order = append(order, key)
		}
		for _, rule := range module.Rules {
			if rule.Head.Ref().GroundPrefix().String() == r.Rule {
				rules[key] = append(rules[key], rule)
			}
		}
	}
	for _, key := range order {
		if len(rules[key]) == 0 {
			r.report(first[key].Package.Location, fmt.Sprintf("package %s has no rule called %s",
				strings.TrimPrefix(first[key].Package.Path.String(), "data."), r.Rule), nil)
			continue
		}
		for _, rule := range rules[key] {
			for each := rule; each != nil; each = each.Else {
				r.rule(each)
			}
		}
		if r.Total && !total(rules[key]) {
			r.report(rules[key][0].Location, r.Rule+" may be undefined, which is an error",
				[]string{"give it a default: default " + r.Rule + " := {…}"})
		}
	}
}

func (r *answerReview) rule(rule *ast.Rule) {
	switch {
	case len(rule.Head.Args) > 0:
		r.report(rule.Location, r.Rule+" is a function, and nobody would call it", nil)
	case r.Set && rule.Head.RuleKind() == ast.MultiValue:
		r.value(rule.Head.Key)
	case r.Set:
		if set, ok := rule.Head.Value.Value.(ast.Set); ok {
			set.Foreach(r.value)
		} else if !isOpen(rule.Head.Value.Value) {
			r.report(rule.Location, r.Rule+" is no set", []string{"a set is written " + r.Rule + " contains {…} if {…}"})
		}
	case rule.Head.RuleKind() == ast.MultiValue:
		r.report(rule.Location, r.Rule+" is a set, expected one object", nil)
	default:
		r.value(rule.Head.Value)
	}
}

// value looks at an object that is written out; what is computed is for the evaluation to judge.
func (r *answerReview) value(term *ast.Term) {
	object, ok := term.Value.(ast.Object)
	if !ok {
		if !isOpen(term.Value) {
			r.report(term.Location, fmt.Sprintf("%s answers %s, expected an object", r.Rule, ast.ValueName(term.Value)), nil)
		}
		return
	}
	missing := maps.Clone(r.Members)
	open := false
	object.Foreach(func(key, value *ast.Term) {
		name, ok := key.Value.(ast.String)
		if !ok {
			open = true
			return
		}
		delete(missing, string(name))
		member, known := r.Members[string(name)]
		if !known {
			r.report(key.Location, fmt.Sprintf("%s has no member %q", r.Rule, string(name)),
				problem.Suggest(string(name), slices.Collect(maps.Keys(r.Members))))
			return
		}
		r.member(string(name), member, value)
	})
	for _, name := range slices.Sorted(maps.Keys(missing)) {
		if !open && missing[name].Required {
			r.report(term.Location, fmt.Sprintf("%s lacks the member %q", r.Rule, name), nil)
		}
	}
}

func (r *answerReview) member(name string, member Member, value *ast.Term) {
	if isOpen(value.Value) {
		return
	}
	kind := ast.ValueName(value.Value)
	if kind == "set" { // is an array outside of Rego
		kind = "array"
	}
	if kind != member.Kind {
		r.report(value.Location, fmt.Sprintf("%s is %s, expected %s", name, kind, member.Kind), nil)
		return
	}
	if text, ok := value.Value.(ast.String); ok && len(member.Values) > 0 && !slices.Contains(member.Values, string(text)) {
		r.report(value.Location, fmt.Sprintf("%s is %v", name, text), problem.Suggest(string(text), member.Values))
	}
}

func (r *answerReview) report(location *ast.Location, message string, details []string) {
	made := problem.At(r.sources, location, AnswerError, message)
	made.Details = details
	r.problems = append(r.problems, made)
}

// isOpen says that a value is known only when it has been computed.
func isOpen(value ast.Value) bool {
	switch value.(type) {
	case ast.Var, ast.Ref, ast.Call, *ast.ArrayComprehension, *ast.SetComprehension, *ast.ObjectComprehension:
		return true
	}
	return false
}

// total says that one of the rules always answers.
func total(rules []*ast.Rule) bool {
	for _, rule := range rules {
		for each := rule; each != nil; each = each.Else {
			if each.Default || (len(each.Body) == 1 && each.Body[0].Equal(ast.NewExpr(ast.BooleanTerm(true)))) {
				return true
			}
		}
	}
	return false
}
