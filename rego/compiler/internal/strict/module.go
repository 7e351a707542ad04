package strict

import (
	"errors"
	"fmt"
	"maps"
	"slices"
)

// Sections of the binary format, https://webassembly.github.io/spec/core/binary/modules.html
const (
	customSection   = 0
	typeSection     = 1
	importSection   = 2
	functionSection = 3
	codeSection     = 10
)

// section keeps the bytes of the sections that stay as they are.
type section struct {
	id      byte
	content []byte
}

// module is as much of a WASM module as is needed to add functions and to redirect calls. Function indices count
// imported functions first.
type module struct {
	header    []byte
	sections  []section
	types     []signature
	imported  []uint32 // types of the imported functions
	declared  []uint32 // types of the functions with code
	bodies    [][]byte
	functions map[string]uint32
	names     map[uint32]string
}

// signature counts; the runtime's builtins take and give nothing but addresses.
type signature struct{ parameters, results int }

func parse(wasm []byte) (*module, error) {
	if len(wasm) < 8 {
		return nil, errors.New("too short")
	}
	parsed := &module{header: wasm[:8], functions: map[string]uint32{}, names: map[uint32]string{}}
	in := &reader{bytes: wasm[8:]}
	for !in.done() {
		id := in.byte()
		content := in.take(int(in.unsigned()))
		if in.failed {
			break
		}
		parsed.sections = append(parsed.sections, section{id, content})
		if err := parsed.read(id, &reader{bytes: content}); err != nil {
			return nil, err
		}
	}
	if in.failed || len(parsed.bodies) != len(parsed.declared) || len(parsed.names) == 0 {
		return nil, errors.New("malformed")
	}
	return parsed, nil
}

func (m *module) read(id byte, in *reader) error {
	switch id {
	case typeSection:
		m.readTypes(in)
	case importSection:
		if err := m.readImports(in); err != nil {
			return err
		}
	case functionSection:
		for range in.unsigned() {
			m.declared = append(m.declared, in.unsigned())
		}
	case codeSection:
		for range in.unsigned() {
			m.bodies = append(m.bodies, in.take(int(in.unsigned())))
		}
	case customSection:
		if string(in.take(int(in.unsigned()))) == "name" {
			m.readNames(in)
		}
	}
	if in.failed {
		return fmt.Errorf("malformed section %d", id)
	}
	return nil
}

func (m *module) readTypes(in *reader) {
	for range in.unsigned() {
		in.byte() // 0x60, a function
		parameters := int(in.unsigned())
		in.take(parameters)
		results := int(in.unsigned())
		in.take(results)
		m.types = append(m.types, signature{parameters, results})
	}
}

func (m *module) readImports(in *reader) error {
	for range in.unsigned() {
		in.take(int(in.unsigned()))
		name := string(in.take(int(in.unsigned())))
		switch kind := in.byte(); kind {
		case 0: // function
			m.functions[name] = uint32(len(m.imported))
			m.imported = append(m.imported, in.unsigned())
		case 2: // memory
			if in.byte()&1 != 0 {
				in.unsigned()
			}
			in.unsigned()
		default:
			return fmt.Errorf("import of kind %d", kind)
		}
	}
	return nil
}

// readNames reads the names of functions, which OPA's compiler leaves in.
func (m *module) readNames(in *reader) {
	for !in.done() && !in.failed {
		kind := in.byte()
		content := &reader{bytes: in.take(int(in.unsigned()))}
		if kind != 1 { // 1 holds function names
			continue
		}
		for range content.unsigned() {
			index := content.unsigned()
			name := string(content.take(int(content.unsigned())))
			m.names[index] = name
			m.functions[name] = index
		}
		in.failed = in.failed || content.failed
	}
}

func (m *module) typeOf(function uint32) uint32 {
	if int(function) < len(m.imported) {
		return m.imported[function]
	}
	return m.declared[int(function)-len(m.imported)]
}

func (m *module) body(function uint32) *[]byte {
	return &m.bodies[int(function)-len(m.imported)]
}

// add appends a function and answers its index.
func (m *module) add(typeIndex uint32, body []byte) uint32 {
	m.declared = append(m.declared, typeIndex)
	m.bodies = append(m.bodies, body)
	return uint32(len(m.imported) + len(m.declared) - 1)
}

func (m *module) addCustomSection(name string, content []byte) {
	named := append(appendUnsigned(nil, uint32(len(name))), name...)
	m.sections = append(m.sections, section{customSection, append(named, content...)})
}

// policyFunctions are the indices of what was compiled from Rego, in order.
func (m *module) policyFunctions() []uint32 {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(m.names)), func(index uint32) bool {
		return !policyFunction.MatchString(m.names[index])
	})
}

func (m *module) encode() []byte {
	out := slices.Clone(m.header)
	for _, each := range m.sections {
		content := each.content
		switch each.id {
		case functionSection:
			content = appendUnsigned(nil, uint32(len(m.declared)))
			for _, typeIndex := range m.declared {
				content = appendUnsigned(content, typeIndex)
			}
		case codeSection:
			content = appendUnsigned(nil, uint32(len(m.bodies)))
			for _, body := range m.bodies {
				content = append(appendUnsigned(content, uint32(len(body))), body...)
			}
		}
		out = append(out, each.id)
		out = append(appendUnsigned(out, uint32(len(content))), content...)
	}
	return out
}
