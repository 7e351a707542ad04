package strict

import (
	"fmt"
	"slices"

	"lapse/rego/compiler/internal/native"
)

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
	opReturn       = 0x0f
	opCall         = 0x10
	opCallIndirect = 0x11
	opLocalGet     = 0x20
	opLocalSet     = 0x21
	opLocalTee     = 0x22
	opGlobalSet    = 0x24
	opI32Load      = 0x28
	opI32Load8U    = 0x2d
	opLastStore    = 0x3e
	opMemorySize   = 0x3f
	opMemoryGrow   = 0x40
	opI32Const     = 0x41
	opI64Const     = 0x42
	opF32Const     = 0x43
	opF64Const     = 0x44
	opI32Eq        = 0x46
	opI32Ne        = 0x47
	opI32GtU       = 0x4b
	opI32GeU       = 0x4f
	opI32Add       = 0x6a
	opI32Sub       = 0x6b
	opI32And       = 0x71
	opLastNumeric  = 0xc4

	typeNone = 0x40
	typeI32  = 0x7f
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
		case op == opCallIndirect, op >= opI32Load && op <= opLastStore:
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

// attempt says when the result of the C code counts, if it is tried at all.
type attempt struct {
	try       bool
	condition *native.Condition
	result    native.Result
}

var never = attempt{}

func attemptOf(builtin string) attempt {
	try := attempt{try: true, result: native.Decimal[builtin]}
	if condition, found := native.Conditional[builtin]; found {
		try.condition = &condition
	}
	return try
}

// Where the runtime has what in a value (wasm/src/value.h).
const (
	typeOffset         = 0
	stringLengthOffset = 4
	numberKindOffset   = 1
	numberTextOffset   = 8
	numberLengthOffset = 12

	numberType   = 3
	arrayType    = 5
	numberAsText = 2
)

// holds is the code of a condition: it leaves something other than zero where the condition holds.
func holds(condition *native.Condition) []byte {
	operand := []byte{opLocalGet, byte(condition.Operand)}
	if condition.Is == native.Array {
		return append(operand, opI32Load8U, 0, typeOffset, opI32Const, arrayType, opI32Eq)
	}
	return append(operand, opI32Load, 2, stringLengthOffset)
}

// notInteger is the code of a function that takes a value and says whether it is a number written with anything but digits
// and a sign.
func notInteger() []byte {
	const value, at, end, character = 0, 1, 2, 3
	unless := func(offset, wanted byte) []byte {
		return []byte{
			opLocalGet, value, opI32Load8U, 0, offset, opI32Const, wanted, opI32Ne,
			opIf, typeNone, opI32Const, 0, opReturn, opEnd,
		}
	}
	code := []byte{1, 3, typeI32} // one group of three locals
	code = append(code, unless(typeOffset, numberType)...)
	code = append(code, unless(numberKindOffset, numberAsText)...)
	return append(code,
		opLocalGet, value, opI32Load, 2, numberTextOffset, opLocalTee, at,
		opLocalGet, value, opI32Load, 2, numberLengthOffset, opI32Add, opLocalSet, end,
		opBlock, typeNone, opLoop, typeNone,
		opLocalGet, at, opLocalGet, end, opI32GeU, opBrIf, 1,
		opLocalGet, at, opI32Load8U, 0, 0, opLocalTee, character, opI32Const, '-', opI32Ne,
		opLocalGet, character, opI32Const, '0', opI32Sub, opI32Const, 9, opI32GtU, opI32And,
		opIf, typeNone, opI32Const, 1, opReturn, opEnd,
		opLocalGet, at, opI32Const, 1, opI32Add, opLocalSet, at,
		opBr, 0, opEnd, opEnd,
		opI32Const, 0, opEnd,
	)
}

// wrapper is the code of a function that takes and gives what another does, and calls the builtin of this id in the host:
// where the result of the other one does not count, or at once.
func (m *module) wrapper(function uint32, id int, try attempt) ([]byte, error) {
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
	if !try.try {
		return slices.Concat([]byte{0}, callHost, []byte{opEnd}), nil
	}
	result := byte(count)
	callNative := appendUnsigned(append(operands, opCall), function)
	if try.condition != nil {
		// Zero, which is no value, where the condition does not hold.
		callNative = slices.Concat(holds(try.condition), []byte{opIf, typeI32}, callNative,
			[]byte{opElse, opI32Const, 0, opEnd})
	}
	takeResult := []byte{opLocalGet, result}
	if try.result != native.Any {
		takeResult = slices.Concat(m.discounts(result, try.result), []byte{opIf, typeI32}, callHost,
			[]byte{opElse, opLocalGet, result, opEnd})
	}
	return slices.Concat(
		[]byte{1, 1, typeI32}, // one group of one local: the result
		callNative, []byte{opLocalTee, result, opIf, typeI32}, takeResult, []byte{opElse}, callHost, []byte{opEnd, opEnd},
	), nil
}

// discounts is the code that says whether the result in a local does not count.
func (m *module) discounts(result byte, what native.Result) []byte {
	if what == native.SmallInteger {
		return []byte{opLocalGet, result, opI32Load8U, 0, numberKindOffset, opI32Const, numberAsText, opI32Eq}
	}
	return appendUnsigned([]byte{opLocalGet, result, opCall}, m.notInteger())
}

// notInteger is the index of the function with that code, which is added when it is first asked for.
func (m *module) notInteger() uint32 {
	const name = "lapse_not_integer"
	index, found := m.functions[name]
	if !found {
		index = m.add(m.typeOf(m.functions["opa_json_dump"]), notInteger())
		m.functions[name] = index
	}
	return index
}
