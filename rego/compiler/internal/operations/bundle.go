package operations

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/bundle"
	"github.com/open-policy-agent/opa/v1/util"

	"lapse/rego/compiler/internal/problem"
)

// SigningError is the code of a key that cannot sign.
const SigningError = "lapse_signing_error"

// BundleArguments say what goes into a bundle. Roots are the paths below data that it owns. Without entry points it is the
// sources of the Files among the modules, and else a policy.
type BundleArguments struct {
	CompileArguments
	Files    []string        `json:"files"`
	Data     json.RawMessage `json:"data"`
	Revision string          `json:"revision"`
	Roots    []string        `json:"roots"`
	Signing  *Signing        `json:"signing"`
}

// Signing is how OPA signs: Key is PEM, or the secret of an HMAC; ID is what a verifier knows it by.
type Signing struct {
	Key       string `json:"key"`
	Algorithm string `json:"algorithm"`
	ID        string `json:"id"`
}

// BundleResult is a bundle as .tar.gz.
type BundleResult struct {
	Bundle      []byte   `json:"bundle"`
	Entrypoints []string `json:"entrypoints"`
}

// Bundle makes a bundle for OPA with data and a manifest, and signs it when asked to. Of a policy the sources stay out: it
// holds all of them that its entry points need, also those that others own. What was written is read once more as OPA reads
// it when it starts.
func Bundle(arguments BundleArguments) (*BundleResult, error) {
	modules, err := arguments.Modules.Parse()
	if err != nil {
		return nil, err
	}
	version := ast.RegoV1.Int()
	written := bundle.Bundle{
		Data: map[string]any{},
		Manifest: bundle.Manifest{
			Revision:    arguments.Revision,
			Roots:       &arguments.Roots,
			RegoVersion: &version,
		},
	}
	if err := util.UnmarshalJSON(arguments.Data, &written.Data); err != nil {
		return nil, fmt.Errorf("data: %w", err)
	}
	result := &BundleResult{Entrypoints: []string{}}
	if len(arguments.Entrypoints) == 0 {
		if written.Modules, err = arguments.files(modules); err != nil {
			return nil, err
		}
	} else {
		built, entrypoints, err := arguments.build(modules, arguments.Modules.Describe(modules))
		if err != nil {
			return nil, err
		}
		written.WasmModules, written.Manifest.WasmResolvers = built.WasmModules, built.Manifest.WasmResolvers
		result.Entrypoints = entrypoints
	}
	result.Bundle, err = write(written, arguments.Signing)
	return result, err
}

// files are the sources that go into the bundle, once all modules compile together.
func (a BundleArguments) files(modules map[string]*ast.Module) ([]bundle.ModuleFile, error) {
	if err := a.check(modules); err != nil {
		return nil, err
	}
	files := make([]bundle.ModuleFile, 0, len(a.Files))
	for _, name := range a.Files {
		path := "/" + strings.TrimLeft(name, "/")
		files = append(files, bundle.ModuleFile{URL: path, Path: path, Parsed: modules[name], Raw: []byte(a.Modules[name])})
	}
	return files, nil
}

func write(written bundle.Bundle, signing *Signing) ([]byte, error) {
	reader := func(content []byte) *bundle.Reader { return bundle.NewReader(bytes.NewReader(content)) }
	read := reader
	if signing != nil {
		config := bundle.NewSigningConfig(signing.Key, signing.Algorithm, "")
		if err := written.GenerateSignature(config, signing.ID, true); err != nil {
			return nil, problem.List{{Code: SigningError, Message: err.Error()}}
		}
		read = func(content []byte) *bundle.Reader { return reader(content).WithSkipBundleVerification(true) }
	}
	var out bytes.Buffer
	if err := bundle.NewWriter(&out).UseModulePath(true).DisableFormat(true).Write(written); err != nil {
		return nil, err
	}
	if _, err := read(out.Bytes()).Read(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
