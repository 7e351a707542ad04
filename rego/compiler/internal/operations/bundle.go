package operations

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/bundle"
	"github.com/open-policy-agent/opa/v1/util"
)

// BundleArguments say what goes into a bundle. Roots are the paths below data that it owns.
type BundleArguments struct {
	CompileArguments
	Data     json.RawMessage `json:"data"`
	Revision string          `json:"revision"`
	Roots    []string        `json:"roots"`
}

// BundleResult is a bundle as .tar.gz.
type BundleResult struct {
	Bundle      []byte   `json:"bundle"`
	Entrypoints []string `json:"entrypoints"`
}

// Bundle compiles modules to a bundle for OPA: the policy as OPA makes it, its data and a manifest. Sources stay out: the
// policy holds all of them that its entry points need, also those that others own. What was written is read once more as
// OPA reads it when it starts.
func Bundle(arguments BundleArguments) (*BundleResult, error) {
	modules, err := arguments.Modules.Parse()
	if err != nil {
		return nil, err
	}
	built, entrypoints, err := arguments.build(modules, arguments.Modules.Describe(modules))
	if err != nil {
		return nil, err
	}
	version := ast.RegoV1.Int()
	written := bundle.Bundle{
		Data:        map[string]any{},
		WasmModules: built.WasmModules,
		Manifest: bundle.Manifest{
			Revision:      arguments.Revision,
			Roots:         &arguments.Roots,
			WasmResolvers: built.Manifest.WasmResolvers,
			RegoVersion:   &version,
		},
	}
	if err := util.UnmarshalJSON(arguments.Data, &written.Data); err != nil {
		return nil, fmt.Errorf("data: %w", err)
	}
	var out bytes.Buffer
	if err := bundle.NewWriter(&out).Write(written); err != nil {
		return nil, err
	}
	if _, err := bundle.NewReader(bytes.NewReader(out.Bytes())).Read(); err != nil {
		return nil, err
	}
	return &BundleResult{Bundle: out.Bytes(), Entrypoints: entrypoints}, nil
}
