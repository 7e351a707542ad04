package strict

import "fmt"

// Opcodes, https://webassembly.github.io/spec/core/binary/instructions.html
const (
	opBlock        = 0x02
	opLoop         = 0x03
	opIf           = 0x04
	opElse         = 0x05
	opEnd          = 0x0b
	opBr           = 0x0c
	opBrIf         = 0x0d
	opBrTable      = 0x0e
	opCall         = 0x10
	opCallIndirect = 0x11
	opLocalGet     = 0x20
	opLocalTee     = 0x22
	opGlobalSet    = 0x24
	opFirstLoad    = 0x28
	opLastStore    = 0x3e
	opMemorySize   = 0x3f
	opMemoryGrow   = 0x40
	opI32Const     = 0x41
	opI64Const     = 0x42
	opF32Const     = 0x43
	opF64Const     = 0x44
	opLastNumeric  = 0xc4

	typeI32 = 0x7f
)

// eachCall walks the instructions of a function and reports each direct call: the place of its operand and its target.
func eachCall(body []byte, visit func(start, end int, target uint32)) error {
	in := &reader{bytes: body}
	for range in.unsigned() { // groups of locals
		in.unsigned()
		in.byte()
	}
	for !in.done() {
		op := in.byte()
		switch {
		case op == opCall:
			start := in.at
			target := in.unsigned()
			visit(start, in.at, target)
		case op == opBlock, op == opLoop, op == opIf, op == opBr, op == opBrIf, op == opMemorySize, op == opMemoryGrow,
			op >= opLocalGet && op <= opGlobalSet, op == opI32Const, op == opI64Const:
			in.skipNumber()
		case op == opCallIndirect, op >= opFirstLoad && op <= opLastStore:
			in.skipNumber()
			in.skipNumber()
		case op == opBrTable:
			for range in.unsigned() + 1 {
				in.skipNumber()
			}
		case op == opF32Const:
			in.take(4)
		case op == opF64Const:
			in.take(8)
		case op > opLastNumeric:
			return fmt.Errorf("unknown instruction %#x", op)
		}
	}
	if in.failed {
		return fmt.Errorf("malformed code")
	}
	return nil
}

// redirectCalls makes a function call the wrappers instead of what they wrap.
func (m *module) redirectCalls(function uint32, wrappers map[uint32]uint32) error {
	body := m.body(function)
	var out []byte
	copied := 0
	err := eachCall(*body, func(start, end int, target uint32) {
		if wrapper, found := wrappers[target]; found {
			out = appendUnsigned(append(out, (*body)[copied:start]...), wrapper)
			copied = end
		}
	})
	if err != nil {
		return err
	}
	*body = append(out, (*body)[copied:]...)
	return nil
}

// wrapper is the code of a function that takes and gives what another does, and calls the builtin of this id in the host:
// where the other one, tried first, gives no value, or else at once.
func (m *module) wrapper(function uint32, id int, try bool) ([]byte, error) {
	count := m.types[m.typeOf(function)].parameters
	if m.types[m.typeOf(function)].results != 1 || count >= len(dispatchers) {
		return nil, fmt.Errorf("unexpected signature with %d parameters", count)
	}
	dispatcher, found := m.functions[dispatchers[count]]
	if !found {
		return nil, fmt.Errorf("no import %s", dispatchers[count])
	}
	var operands []byte
	for index := range count {
		operands = append(operands, opLocalGet, byte(index))
	}
	callHost := appendSigned([]byte{opI32Const}, int32(id))
	callHost = append(callHost, opI32Const, 0) // the context, which no host uses
	callHost = append(callHost, operands...)
	callHost = appendUnsigned(append(callHost, opCall), dispatcher)
	if !try {
		return append(append([]byte{0}, callHost...), opEnd), nil
	}
	result := byte(count)
	code := append([]byte{1, 1, typeI32}, operands...) // one group of one local: the result
	code = appendUnsigned(append(code, opCall), function)
	code = append(code, opLocalTee, result, opIf, typeI32, opLocalGet, result, opElse)
	return append(append(code, callHost...), opEnd, opEnd), nil
}
