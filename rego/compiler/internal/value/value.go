// Package value reads and writes Rego values in the notation that the WASM runtime's opa_value_parse and
// opa_value_dump use: JSON, with sets as {1,2} or set() and keys of any type.
package value

import (
	"encoding/json"
	"math/big"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// Parse reads one value.
func Parse(text string) (*ast.Term, error) {
	return ast.ParseTerm(text)
}

// Format writes a value; the order of set members and object keys is OPA's.
func Format(value ast.Value) string {
	var out strings.Builder
	write(&out, value)
	return out.String()
}

func write(out *strings.Builder, value ast.Value) {
	switch value := value.(type) {
	case ast.String:
		text, _ := json.Marshal(string(value))
		out.Write(text)
	case ast.Number:
		out.WriteString(number(string(value)))
	case *ast.Array:
		out.WriteByte('[')
		for index := range value.Len() {
			separate(out, index)
			write(out, value.Elem(index).Value)
		}
		out.WriteByte(']')
	case ast.Set:
		members := value.Sorted()
		if members.Len() == 0 {
			out.WriteString("set()")
			return
		}
		out.WriteByte('{')
		for index := range members.Len() {
			separate(out, index)
			write(out, members.Elem(index).Value)
		}
		out.WriteByte('}')
	case ast.Object:
		out.WriteByte('{')
		for index, key := range value.Keys() {
			separate(out, index)
			write(out, key.Value)
			out.WriteByte(':')
			write(out, value.Get(key).Value)
		}
		out.WriteByte('}')
	default:
		out.WriteString(value.String())
	}
}

// number writes a number as JSON has it; OPA keeps the text that it was made of, as +1 or .5.
func number(text string) string {
	if json.Valid([]byte(text)) {
		return text
	}
	exact, ok := new(big.Rat).SetString(text)
	if !ok {
		return text
	}
	if exact.IsInt() {
		return exact.Num().String()
	}
	return new(big.Float).SetRat(exact).Text('g', -1)
}

func separate(out *strings.Builder, index int) {
	if index > 0 {
		out.WriteByte(',')
	}
}
