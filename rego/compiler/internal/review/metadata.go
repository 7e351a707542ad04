package review

import (
	"fmt"
	"regexp"

	"github.com/open-policy-agent/opa/v1/ast"

	"lapse/rego/compiler/internal/problem"
	"lapse/rego/compiler/internal/source"
)

// MetadataError is the code of a block that says something else than it means to.
const MetadataError = "lapse_metadata_error"

var messagePlace = regexp.MustCompile(`\{(\w+)\}`)

// Metadata lists members of `custom` that are nearly, and not, one of those that lapse reads, and places of messages that a
// written-out detail does not fill.
func Metadata(sources source.Sources, modules map[string]*ast.Module, own Files, members []string) problem.List {
	var problems problem.List
	known := map[string]bool{}
	for _, name := range members {
		known[name] = true
	}
	for _, module := range own.policies(modules) {
		block := packageBlock(module)
		if block == nil {
			continue
		}
		for name := range block.Custom {
			if near := problem.Near(name, members); near != "" && !known[name] {
				made := problem.At(sources, lineOf(sources, block.Location, name), MetadataError,
					fmt.Sprintf("lapse reads no custom.%s", name))
				made.Details = []string{fmt.Sprintf("did you mean %q?", near)}
				problems = append(problems, made)
			}
		}
		message, _ := block.Custom["message"].(string)
		for _, rule := range module.Rules {
			for _, detail := range details(rule) {
				problems = append(problems, unfilled(sources, message, detail)...)
			}
		}
	}
	return problems
}

// details are the written-out members called detail of what a rule called finding answers.
func details(rule *ast.Rule) []*ast.Term {
	if rule.Head.Ref().GroundPrefix().String() != "finding" || rule.Head.Key == nil {
		return nil
	}
	object, ok := rule.Head.Key.Value.(ast.Object)
	if !ok {
		return nil
	}
	detail := object.Get(ast.StringTerm("detail"))
	if detail == nil {
		return nil
	}
	if _, ok := detail.Value.(ast.Object); !ok {
		return nil
	}
	return []*ast.Term{detail}
}

func unfilled(sources source.Sources, message string, detail *ast.Term) problem.List {
	var problems problem.List
	names := []string{}
	for _, key := range detail.Value.(ast.Object).Keys() {
		name, ok := key.Value.(ast.String)
		if !ok {
			return nil
		}
		names = append(names, string(name))
	}
	for _, match := range messagePlace.FindAllStringSubmatch(message, -1) {
		if detail.Value.(ast.Object).Get(ast.StringTerm(match[1])) == nil {
			made := problem.At(sources, detail.Location, MetadataError,
				fmt.Sprintf("the message has the place {%s}, and detail nothing for it", match[1]))
			made.Details = problem.Suggest(match[1], names)
			problems = append(problems, made)
		}
	}
	return problems
}

// lineOf finds the line of a block that begins with the name.
func lineOf(sources source.Sources, block *ast.Location, name string) *ast.Location {
	pattern := regexp.MustCompile(`^#\s+` + regexp.QuoteMeta(name) + `\s*:`)
	lines := regexp.MustCompile(`\r?\n`).Split(sources[block.File], -1)
	for index := block.Row - 1; index < len(lines) && len(lines[index]) > 0 && lines[index][0] == '#'; index++ {
		if pattern.MatchString(lines[index]) {
			column := regexp.MustCompile(`\w`).FindStringIndex(lines[index])
			return &ast.Location{File: block.File, Row: index + 1, Col: column[0] + 1}
		}
	}
	return block
}
