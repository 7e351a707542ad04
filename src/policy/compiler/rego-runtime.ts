import { z } from 'zod';
import { AppError } from '../../errors.ts';
import { type PolicyProblem, problemSchema } from './problem.ts';
import { createWasiHost } from './wasi-host.ts';

/** What the artifact can be asked to do; see `rego/compiler/internal/operations`. */
export type Operation = 'builtin' | 'bundle' | 'check' | 'compile' | 'fmt' | 'test';

/** The answer of an operation: its result, or what is wrong with the sources. */
export type OperationAnswer = { readonly result: unknown } | { readonly problems: readonly PolicyProblem[] };

/** OPA's own code, loaded into this thread. Calls block. */
export interface RegoRuntime {
  /**
   * @param operands - what the operation's Go type of arguments says, as JSON.
   * @throws AppError `ERR_POLICY_COMPILER` when OPA panicked: the runtime is unusable then.
   */
  call(operation: Operation, operands: object): OperationAnswer;
}

const responseSchema = z.union([
  z.strictObject({ panic: z.string() }),
  z.strictObject({ problems: z.array(problemSchema).min(1) }),
  z.strictObject({ result: z.unknown() }),
]);

interface RuntimeExports {
  readonly memory: WebAssembly.Memory;
  initialize(): void;
  alloc(length: number): number;
  release(address: number): void;
  call(address: number, length: number): bigint;
}

/**
 * Starts the artifact in this thread, which blocks for some 0.3 s: use a worker. It is given no files, no environment
 * and no arguments.
 *
 * @param wasm - as `readCompilerArtifact` unpacks it.
 */
export function startRegoRuntime(wasm: Uint8Array): RegoRuntime {
  const system = createWasiHost();
  const instance = new WebAssembly.Instance(new WebAssembly.Module(wasm), system.imports);
  const exports = runtimeExports(instance);
  system.attach(exports.memory);
  exports.initialize();
  return { call: (operation, operands) => parseResponse(exchange(exports, operation, operands)) };
}

function exchange(exports: RuntimeExports, operation: Operation, operands: object): string {
  const request = new TextEncoder().encode(JSON.stringify({ operation, arguments: operands }));
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

function parseResponse(text: string): OperationAnswer {
  const response = responseSchema.parse(JSON.parse(text));
  if ('panic' in response)
    throw new AppError('ERR_POLICY_COMPILER', `the rego compiler panicked: ${response.panic.slice(0, 500)}`);
  return response;
}

function runtimeExports(instance: WebAssembly.Instance): RuntimeExports {
  const { memory, _initialize: initialize, alloc, release, call } = instance.exports;
  if (
    !(memory instanceof WebAssembly.Memory) ||
    typeof initialize !== 'function' ||
    typeof alloc !== 'function' ||
    typeof release !== 'function' ||
    typeof call !== 'function'
  )
    throw new AppError('ERR_POLICY_COMPILER', 'the rego compiler lacks its exports');
  return {
    memory,
    initialize: () => void initialize(),
    alloc: (length) => Number(alloc(length)),
    release: (address) => void release(address),
    call: (address, length) => BigInt(call(address, length)),
  };
}
