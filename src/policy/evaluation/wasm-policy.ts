import { createRequire } from 'node:module';
import { z } from 'zod';
import { PolicyFault } from './policy-fault.ts';

/** Calls a builtin with operands in value notation; `undefined` where it has no value. Throws what went wrong. */
export type CallBuiltin = (name: string, operands: readonly string[]) => string | undefined;

/** One instance of a policy. Its memory is its own; after a fault it must not be used again. */
export interface WasmPolicy {
  /** Builtins it calls in its host. */
  readonly builtins: readonly string[];
  /**
   * @param entrypoint - path below `data`, with slashes.
   * @param input - JSON.
   * @returns the value, or `undefined` where the policy has none.
   */
  evaluate(entrypoint: string, input: string): unknown;
}

// The package's types name the class as an export of the module, where Node finds it only by `require`.
const { LoadedPolicy }: typeof import('@open-policy-agent/opa-wasm') = createRequire(import.meta.url)(
  '@open-policy-agent/opa-wasm',
);

/** Builtins that run in the policy's WASM, and in their host when they have no value there: see rego/compiler/internal/strict. */
const FIRST_WRAPPED_ID = 1 << 20;
const WRAPPED_SECTION = 'lapse.strict';
const wrappedSchema = z.array(z.string());

const encoder = new TextEncoder();
const decoder = new TextDecoder();

const PAGE = 64 * 1024;
const INITIAL_PAGES = 32;

interface PolicyExports {
  builtins(): number;
  opa_json_dump(value: number): number;
  opa_value_dump(value: number): number;
  opa_value_parse(text: number, length: number): number;
  opa_malloc(length: number): number;
}

/**
 * Instantiates a compiled policy with its data. The imports are ours rather than opa-wasm's: those lose sets and large
 * integers between policy and builtin, and do not let `sprintf` be replaced.
 *
 * @param data - JSON of the base documents.
 * @param maxMemory - bytes; a policy that needs more faults.
 * @see https://www.openpolicyagent.org/docs/wasm
 */
export function instantiatePolicy(
  module: WebAssembly.Module,
  size: number,
  data: string,
  maxMemory: number,
  callBuiltin: CallBuiltin,
): WasmPolicy {
  const initial = INITIAL_PAGES + Math.ceil(size / PAGE);
  const memory = new WebAssembly.Memory({ initial, maximum: Math.max(initial, Math.floor(maxMemory / PAGE)) });
  const names = new Map<number, string>();
  const dispatch = (id: number, _context: number, ...operands: readonly number[]): number => {
    const name = names.get(id) ?? `builtin ${id}`;
    const result = callBuiltin(
      name,
      operands.map((operand) => readText(memory, exports.opa_value_dump(operand))),
    );
    return result === undefined ? 0 : writeValue(exports, memory, result, name);
  };
  const instance = new WebAssembly.Instance(module, {
    env: {
      memory,
      opa_abort: (address: number) => {
        throw new PolicyFault(readText(memory, address));
      },
      opa_println: () => {},
      opa_builtin0: dispatch,
      opa_builtin1: dispatch,
      opa_builtin2: dispatch,
      opa_builtin3: dispatch,
      opa_builtin4: dispatch,
    },
  });
  const exports = policyExports(instance);
  const required: unknown = JSON.parse(readText(memory, exports.opa_json_dump(exports.builtins())));
  for (const [name, id] of Object.entries(required ?? {})) names.set(Number(id), name);
  const builtins = [...names.values()];
  for (const [index, name] of wrappedBuiltins(module).entries()) names.set(FIRST_WRAPPED_ID + index, name);

  const policy = new LoadedPolicy({ instance, module }, memory, abiMinorVersion(instance));
  policy.setData(encode(data));
  return {
    builtins,
    evaluate: (entrypoint, input) => {
      const results: unknown = guard(() => policy.evaluate(encode(input), entrypoint));
      const [first] = Array.isArray(results) ? results : [];
      return typeof first === 'object' && first !== null && 'result' in first ? first.result : undefined;
    },
  };
}

/** opa-wasm and V8 throw strings and errors of many kinds; one kind leaves here. */
function guard<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof PolicyFault) throw error;
    throw new PolicyFault(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function policyExports(instance: WebAssembly.Instance): PolicyExports {
  const find = (name: string) => {
    const found = instance.exports[name];
    if (typeof found !== 'function') throw new PolicyFault(`the policy lacks its export ${name}`);
    return (...operands: readonly number[]): number => Number(found(...operands)) >>> 0;
  };
  return {
    builtins: find('builtins'),
    opa_json_dump: find('opa_json_dump'),
    opa_value_dump: find('opa_value_dump'),
    opa_value_parse: find('opa_value_parse'),
    opa_malloc: find('opa_malloc'),
  };
}

/** A policy that another compiler made has none, and hides the errors of those builtins. */
function wrappedBuiltins(module: WebAssembly.Module): readonly string[] {
  const [section] = WebAssembly.Module.customSections(module, WRAPPED_SECTION);
  if (section === undefined) throw new PolicyFault('the policy was not compiled by lapse');
  return wrappedSchema.parse(JSON.parse(decoder.decode(section)));
}

function abiMinorVersion(instance: WebAssembly.Instance): number {
  const version = instance.exports.opa_wasm_abi_minor_version;
  return typeof version === 'object' && version !== null && 'value' in version ? Number(version.value) : 0;
}

function readText(memory: WebAssembly.Memory, address: number): string {
  const bytes = new Uint8Array(memory.buffer);
  return decoder.decode(bytes.subarray(address, bytes.indexOf(0, address)));
}

function writeValue(exports: PolicyExports, memory: WebAssembly.Memory, text: string, name: string): number {
  const bytes = encoder.encode(text);
  const address = exports.opa_malloc(bytes.length);
  new Uint8Array(memory.buffer).set(bytes, address);
  const value = exports.opa_value_parse(address, bytes.length);
  if (value === 0) throw new PolicyFault(`${name}: the result is not a value`);
  return value;
}

/** opa-wasm takes text that is JSON already as an ArrayBuffer, and as nothing else. */
function encode(text: string): ArrayBuffer {
  const { buffer, byteOffset, byteLength } = encoder.encode(text);
  const isWhole = buffer instanceof ArrayBuffer && byteLength === buffer.byteLength;
  return isWhole ? buffer : new Uint8Array(buffer, byteOffset, byteLength).slice().buffer;
}
