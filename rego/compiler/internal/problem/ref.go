package problem

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
	"github.com/open-policy-agent/opa/v1/ast"
)

const (
	// More names than these help nobody.
	maxNames = 20
	// So many letters may be wrong in a name that was meant.
	maxDistance = 2
)

// Variables that the compiler makes.
var generated = regexp.MustCompile(`__local\d+__`)

// fromRef gives an undefined reference the place of the part that is wrong, where OPA points at the expression.
func fromRef(sources map[string]string, err *ast.Error, detail *ast.RefErrInvalidDetail) Problem {
	location := err.Location
	part := detail.Ref[detail.Pos]
	if own := part.Location; own != nil && location != nil && own.File == location.File && own.Row > 0 {
		location = own
	}
	made := At(sources, location, err.Code, generated.ReplaceAllString(err.Message, "_"))
	name, ok := part.Value.(ast.String)
	if !ok || len(detail.OneOf) == 0 {
		made.Details = detail.Lines()[2:]
		return made
	}
	names := make([]string, 0, len(detail.OneOf))
	for _, each := range detail.OneOf {
		if text, ok := each.(ast.String); ok {
			names = append(names, string(text))
		}
	}
	made.Details = Suggest(string(name), names)
	return made
}

// Suggest says which names there are, the likely one first.
func Suggest(name string, known []string) []string {
	if len(known) == 0 {
		return nil
	}
	var lines []string
	if near := Near(name, known); near != "" {
		lines = append(lines, fmt.Sprintf("did you mean %q?", near))
	}
	known = slices.Compact(slices.Sorted(slices.Values(known)))
	if more := len(known) - maxNames; more > 0 {
		known = append(known[:maxNames], fmt.Sprintf("and %d more", more))
	}
	return append(lines, "known: "+strings.Join(known, ", "))
}

// Near is the known name that was likely meant, or nothing.
func Near(name string, known []string) string {
	near, least := "", maxDistance+1
	for _, each := range slices.Sorted(slices.Values(known)) {
		if distance := levenshtein.ComputeDistance(each, name); distance < least && distance < len(name) {
			near, least = each, distance
		}
	}
	return near
}

// Sorted lists problems by place, each once.
func Sorted(list List) List {
	slices.SortStableFunc(list, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return slices.CompactFunc(list, func(a, b Problem) bool {
		return a.File == b.File && a.Line == b.Line && a.Column == b.Column && a.Message == b.Message
	})
}
