import { createWasiHost } from './wasi-host.ts';

/** A Go program that answers requests, in this thread. Calls block, and whatever is thrown leaves it unusable. */
export interface GoProgram {
  call(request: Uint8Array): string;
  /** Bytes it has of memory, which never become fewer. */
  memory(): number;
}

interface Exports {
  readonly memory: WebAssembly.Memory;
  initialize(): void;
  alloc(length: number): number;
  release(address: number): void;
  call(address: number, length: number): bigint;
}

/**
 * Starts a program that was built with `-buildmode=c-shared` and exports `alloc`, `release` and `call`, as `rego/compiler` and
 * `scanners/terraform/parser` do. It is given no files, no environment and no arguments.
 *
 * @returns undefined when these are not its exports.
 */
export function startGoProgram(wasm: Uint8Array): GoProgram | undefined {
  const system = createWasiHost();
  const instance = new WebAssembly.Instance(new WebAssembly.Module(wasm), system.imports);
  const exports = programExports(instance);
  if (exports === undefined) return undefined;
  system.attach(exports.memory);
  exports.initialize();
  return { call: (request) => exchange(exports, request), memory: () => exports.memory.buffer.byteLength };
}

function exchange(exports: Exports, request: Uint8Array): string {
  const address = exports.alloc(request.length) >>> 0;
  new Uint8Array(exports.memory.buffer).set(request, address);
  const result = BigInt.asUintN(64, exports.call(address, request.length));
  exports.release(address);
  const start = Number(result >> 32n);
  const response = new TextDecoder().decode(
    new Uint8Array(exports.memory.buffer, start, Number(result & 0xffff_ffffn)),
  );
  exports.release(start);
  return response;
}

function programExports(instance: WebAssembly.Instance): Exports | undefined {
  const { memory, _initialize: initialize, alloc, release, call } = instance.exports;
  if (
    !(memory instanceof WebAssembly.Memory) ||
    typeof initialize !== 'function' ||
    typeof alloc !== 'function' ||
    typeof release !== 'function' ||
    typeof call !== 'function'
  )
    return undefined;
  return {
    memory,
    initialize: () => void initialize(),
    alloc: (length) => Number(alloc(length)),
    release: (address) => void release(address),
    call: (address, length) => BigInt(call(address, length)),
  };
}
