//go:build wasip1

// The Rego compiler that lapse runs inside Node: OPA's own parser, compiler, formatter, tester and builtins behind one
// exported function that takes JSON and answers JSON. See internal/dispatch for the operations.
package main

import (
	"unsafe"

	"lapse/rego/compiler/internal/dispatch"
)

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

// call runs the request of n bytes at address and answers address and length of the response, as high and low half.
//
//go:wasmexport call
func call(address, n uint32) uint64 {
	response := dispatch.Call(buffers[address][:n])
	result := alloc(uint32(len(response)))
	copy(buffers[result], response)
	return uint64(result)<<32 | uint64(len(response))
}
