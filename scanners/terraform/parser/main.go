//go:build wasip1

// The HCL parser that lapse runs inside Node: HashiCorp's own hclsyntax behind one exported function that takes text and
// answers JSON. See internal/syntax for what it answers.
package main

import (
	"runtime/debug"
	"unsafe"

	"lapse/scanners/terraform/parser/internal/syntax"
)

// Memory of WebAssembly is never given back: collect rather than grow. Between files next to nothing is kept, so it costs little.
func init() {
	debug.SetGCPercent(25)
	debug.SetMemoryLimit(128 << 20)
}

// A reactor has no main loop; the host calls the exports.
func main() {}

// buffers keeps what the host reads or writes from being collected, by address.
var buffers = map[uint32][]byte{}

// alloc reserves n bytes for the host to write a request into.
//
//go:wasmexport alloc
func alloc(n uint32) uint32 {
	buffer := make([]byte, n+1) // never empty, so that it has an address
	address := uint32(uintptr(unsafe.Pointer(&buffer[0])))
	buffers[address] = buffer
	return address
}

// release gives up a buffer that alloc or call returned.
//
//go:wasmexport release
func release(address uint32) { delete(buffers, address) }

// call parses the n bytes at address and answers address and length of the response, as high and low half. The first byte
// says what the rest is: 'b' the text of a file, 't' a template as it stands in the JSON form of a file.
//
//go:wasmexport call
func call(address, n uint32) uint64 {
	response := syntax.Parse(buffers[address][:n])
	result := alloc(uint32(len(response)))
	copy(buffers[result], response)
	return uint64(result)<<32 | uint64(len(response))
}
