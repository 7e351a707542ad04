// Package strict makes builtin errors of a compiled policy visible.
//
// OPA's WASM runtime has most builtins in C, and there an error looks like an undefined value: the rule that says
// `to_number("x")` silently does not hold, and a deny that does not hold is an allow. Here every call of such a builtin
// from a policy goes through a wrapper: where the builtin gives no value, the wrapper makes the same call to the host,
// which has OPA's own Go code, and knows by it whether that is an error, or no value (the maximum of nothing), or a value
// that the C code fails to give. Builtins that go wrong in C go to the host at once, some of them for some operands only.
package strict

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"

	"lapse/rego/compiler/internal/native"
)

// firstID is the id of the first wrapped builtin in calls to the host; the policy's own ids are small.
const firstID = 1 << 20

// sectionName is the custom section that tells the host the names of the wrapped builtins: a JSON array in the order of
// their ids from firstID on.
const sectionName = "lapse.strict"

// policyFunction matches the names of functions that were compiled from Rego; all others are the runtime's.
var policyFunction = regexp.MustCompile(`(?s)^(?:g\d+\.data\b.*|eval)$`)

// dispatchers call a builtin of the host with as many operands as their index says.
var dispatchers = []string{"opa_builtin0", "opa_builtin1", "opa_builtin2", "opa_builtin3", "opa_builtin4"}

// Wrap rewrites a policy.
func Wrap(wasm []byte) ([]byte, error) {
	policy, err := parse(wasm)
	if err != nil {
		return nil, fmt.Errorf("policy wasm: %w", err)
	}
	called := map[uint32]bool{}
	for _, function := range policy.policyFunctions() {
		err := eachCall(*policy.body(function), func(_, _ int, target uint32) { called[target] = true })
		if err != nil {
			return nil, fmt.Errorf("policy wasm: %s: %w", policy.names[function], err)
		}
	}
	wrappers := map[uint32]uint32{}
	names := []string{}
	wrap := func(builtin, name string, try attempt) error {
		function, found := policy.functions[name]
		if !found || !called[function] {
			return nil
		}
		code, err := policy.wrapper(function, firstID+len(names), try)
		if err != nil {
			return fmt.Errorf("policy wasm: %s: %w", builtin, err)
		}
		wrappers[function] = policy.add(policy.typeOf(function), code)
		names = append(names, builtin)
		return nil
	}
	for _, builtin := range slices.Sorted(maps.Keys(native.Fallible)) {
		if err := wrap(builtin, native.Fallible[builtin], attemptOf(builtin)); err != nil {
			return nil, err
		}
	}
	for _, builtin := range slices.Sorted(maps.Keys(native.Deficient)) {
		if err := wrap(builtin, native.Deficient[builtin], never); err != nil {
			return nil, err
		}
	}
	for _, function := range policy.policyFunctions() {
		if err := policy.redirectCalls(function, wrappers); err != nil {
			return nil, fmt.Errorf("policy wasm: %s: %w", policy.names[function], err)
		}
	}
	list, err := json.Marshal(names)
	if err != nil {
		return nil, err
	}
	policy.addCustomSection(sectionName, list)
	return policy.encode(), nil
}
