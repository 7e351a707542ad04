// Package problem turns errors into data with a place.
package problem

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf16"

	"github.com/open-policy-agent/opa/v1/ast"
)

// Internal is the code of an error that has no place in a source.
const Internal = "lapse_compiler_error"

// Problem is one error. Line and Column count from 1, Column in UTF-16 units; both are 0 without a place.
type Problem struct {
	Code    string   `json:"code"`
	Message string   `json:"message"`
	File    string   `json:"file,omitempty"`
	Line    int      `json:"line,omitempty"`
	Column  int      `json:"column,omitempty"`
	Details []string `json:"details,omitempty"`
}

// List is what an operation fails with when it knows places.
type List []Problem

func (l List) Error() string {
	if len(l) == 0 {
		return "no problem"
	}
	return fmt.Sprintf("%s:%d:%d: %s", l[0].File, l[0].Line, l[0].Column, l[0].Message)
}

// In gives err places in the sources (text by file name).
func In(sources map[string]string, err error) List {
	var list List
	var many ast.Errors
	var one *ast.Error
	switch {
	case errors.As(err, &list):
		return list
	case errors.As(err, &many):
		for _, each := range many {
			list = append(list, fromAST(sources, each))
		}
		return list
	case errors.As(err, &one):
		return List{fromAST(sources, one)}
	default:
		return List{{Code: Internal, Message: err.Error()}}
	}
}

// At makes a problem of a place that OPA's parser knows.
func At(sources map[string]string, location *ast.Location, code, message string) Problem {
	made := Problem{Code: code, Message: message}
	if location != nil {
		made.File = location.File
		made.Line = location.Row
		made.Column = Column(sources[location.File], location)
	}
	return made
}

func fromAST(sources map[string]string, err *ast.Error) Problem {
	if detail, ok := err.Details.(*ast.RefErrInvalidDetail); ok {
		return fromRef(sources, err, detail)
	}
	made := At(sources, err.Location, err.Code, err.Message)
	if err.Details != nil {
		made.Details = err.Details.Lines()
	}
	return made
}

// Column is the column of a location in UTF-16 units. OPA counts characters, so those outside the basic plane that
// stand before it count twice.
func Column(source string, location *ast.Location) int {
	line := source
	for row := 1; row < location.Row; row++ {
		_, rest, found := strings.Cut(line, "\n")
		if !found {
			return location.Col
		}
		line = rest
	}
	line, _, _ = strings.Cut(line, "\n")
	before := []rune(line)
	if location.Col-1 < len(before) {
		before = before[:max(location.Col-1, 0)]
	}
	return location.Col + len(utf16.Encode(before)) - len(before)
}
