// Package dispatch maps the name of an operation to the code that does it. Whatever goes wrong becomes data.
package dispatch

import (
	"encoding/json"
	"fmt"

	"lapse/rego/compiler/internal/operations"
	"lapse/rego/compiler/internal/problem"
)

type operation func(json.RawMessage) (any, error)

var table = map[string]operation{
	"builtin": typed(operations.Builtin),
	"bundle":  typed(operations.Bundle),
	"check":   typed(operations.Check),
	"compile": typed(operations.Compile),
	"explain": typed(operations.Explain),
	"fmt":     typed(operations.Format),
	"review":  typed(operations.Review),
	"test":    typed(operations.Test),
}

type request struct {
	Operation string          `json:"operation"`
	Arguments json.RawMessage `json:"arguments"`
}

// response has exactly one member set.
type response struct {
	Result   any               `json:"result,omitempty"`
	Problems []problem.Problem `json:"problems,omitempty"`
	Panic    string            `json:"panic,omitempty"`
}

// Call answers one request. A panic is recovered into the response: the host discards the instance then, since nobody
// knows what state it left behind.
func Call(bytes []byte) (answer []byte) {
	defer func() {
		if cause := recover(); cause != nil {
			answer = encode(response{Panic: fmt.Sprint(cause)})
		}
	}()
	var call request
	if err := json.Unmarshal(bytes, &call); err != nil {
		return encode(response{Problems: problem.In(nil, fmt.Errorf("request: %w", err))})
	}
	run, ok := table[call.Operation]
	if !ok {
		return encode(response{Problems: problem.In(nil, fmt.Errorf("unknown operation %q", call.Operation))})
	}
	result, err := run(call.Arguments)
	if err != nil {
		return encode(response{Problems: problem.In(nil, err)})
	}
	return encode(response{Result: result})
}

// typed gives a function over its own argument and result types the shape of an operation.
func typed[A, R any](run func(A) (R, error)) operation {
	return func(raw json.RawMessage) (any, error) {
		var arguments A
		if err := json.Unmarshal(raw, &arguments); err != nil {
			return nil, fmt.Errorf("arguments: %w", err)
		}
		return run(arguments)
	}
}

func encode(answer response) []byte {
	bytes, err := json.Marshal(answer)
	if err != nil {
		bytes, _ = json.Marshal(response{Panic: err.Error()})
	}
	return bytes
}
