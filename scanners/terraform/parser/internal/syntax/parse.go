// Package syntax reads HCL and says as JSON what it says: blocks, attributes and expressions, each with its place.
package syntax

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

const (
	// kindFile and kindTemplate are what a request begins with.
	kindFile     = 'b'
	kindTemplate = 't'

	// maxProblems are told of one file: after the first few the rest follows from them.
	maxProblems = 20
)

var start = hcl.Pos{Line: 1, Column: 1}

// Parse answers one request: {"body", "problems"} for a file, {"expression", "problems"} for a template, {"limit"} for what
// is larger or deeper than any hand has written, {"panic"} when hclsyntax failed: the host discards the instance then.
func Parse(request []byte) (answer []byte) {
	defer func() {
		if cause := recover(); cause != nil {
			w := writer{}
			w.open("panic")
			w.text(fmt.Sprint(cause))
			answer = append(w.out, '}')
		}
	}()
	if len(request) == 0 {
		panic("an empty request")
	}
	kind, source := request[0], request[1:]
	places := newPlaces(source)
	w := writer{places: places, source: source}
	fault := dense(source)
	if fault == nil {
		fault = exceeded(lex(kind, source))
	}
	if fault != nil {
		w.open("limit")
		w.fault(fault.what, fault.at)
		return append(w.out, '}')
	}
	var problems hcl.Diagnostics
	if kind == kindTemplate {
		expression, more := hclsyntax.ParseTemplate(source, "", start)
		w.open("expression")
		w.expression(expression, 0)
		problems = more
	} else {
		file, more := hclsyntax.ParseConfig(source, "", start)
		w.open("body")
		body, _ := file.Body.(*hclsyntax.Body)
		w.body(body)
		problems = more
	}
	w.member("problems")
	w.problems(problems)
	return append(w.out, '}')
}

// lex is for the limits only: whoever parses lexes again, and tells what is wrong with the text.
func lex(kind byte, source []byte) hclsyntax.Tokens {
	if kind == kindTemplate {
		tokens, _ := hclsyntax.LexTemplate(source, "", start)
		return tokens
	}
	tokens, _ := hclsyntax.LexConfig(source, "", start)
	return tokens
}

// problems writes summaries only: the details quote the text.
func (w *writer) problems(found hcl.Diagnostics) {
	w.out = append(w.out, '[')
	count := 0
	for _, one := range found {
		if one.Severity != hcl.DiagError || one.Subject == nil || one.Summary == "" || count == maxProblems {
			continue
		}
		if count > 0 {
			w.out = append(w.out, ',')
		}
		count++
		w.fault(strings.ToLower(one.Summary[:1])+one.Summary[1:], one.Subject.Start.Byte)
	}
	w.out = append(w.out, ']')
}

func (w *writer) fault(what string, at int) {
	w.open("message")
	w.text(what)
	w.member("place")
	w.place(at)
	w.out = append(w.out, '}')
}
