import { createRequire } from 'node:module';
import { PolicyFault } from './policy-fault.ts';
import { PolicyMemory } from './policy-memory.ts';

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
  /** The same, as JSON. */
  evaluateText(entrypoint: string, input: string): string | undefined;
  /** Bytes that its memory has grown by; they are never given back. */
  growth(): number;
}

// The package's types name the class as an export of the module, where Node finds it only by `require`.
const { LoadedPolicy }: typeof import('@open-policy-agent/opa-wasm') = createRequire(import.meta.url)(
  '@open-policy-agent/opa-wasm',
);

/** Builtins that run in the policy's WASM, and in their host when they have no value there: see rego/compiler/internal/strict. */
const FIRST_WRAPPED_ID = 1 << 20;
const WRAPPED_SECTION = 'lapse.strict';

/** Bytes beside the module's own to begin with. */
const INITIAL_MEMORY = 2 * 1024 ** 2;

/** Of `opa_eval`: the results are JSON, `[{"result":…}]`, or `[]` without a value. */
const JSON_FORMAT = 0;
const [RESULT_START, RESULT_END] = ['[{"result":', '}]'];

/** Every operand and result is a number: addresses and lengths. */
interface PolicyExports {
  builtins(): number;
  opa_json_dump(value: number): number;
  opa_value_dump(value: number): number;
  opa_value_parse(text: number, length: number): number;
  opa_malloc(length: number): number;
  /** Operands: 0, entry point, data, input and its length, heap, format. */
  opa_eval(...operands: readonly number[]): number;
}

/** What opa-wasm keeps of a policy once its data is set: where that is, and where its heap ends. */
interface LoadedState {
  readonly entrypoints: Readonly<Record<string, number>>;
  readonly dataAddr: number;
  readonly dataHeapPtr: number;
}

/**
 * Instantiates a compiled policy with its data. The imports are ours rather than opa-wasm's: those lose sets and large
 * integers between policy and builtin, and do not let `sprintf` be replaced.
 *
 * @param data - JSON of the base documents.
 * @param maxMemory - bytes; a policy that needs more faults.
 * @throws PolicyFault where the data does not fit.
 * @see https://www.openpolicyagent.org/docs/wasm
 */
export function instantiatePolicy(
  module: WebAssembly.Module,
  size: number,
  data: string,
  maxMemory: number,
  callBuiltin: CallBuiltin,
): WasmPolicy {
  const memory = new PolicyMemory(size + INITIAL_MEMORY, maxMemory);
  const names = new Map<number, string>();
  const dispatch = (id: number, _context: number, ...operands: readonly number[]): number => {
    const name = names.get(id) ?? `builtin ${id}`;
    const result = callBuiltin(
      name,
      operands.map((operand) => memory.read(exports.opa_value_dump(operand))),
    );
    return result === undefined ? 0 : writeValue(exports, memory, result, name);
  };
  const instance = new WebAssembly.Instance(module, {
    env: {
      memory: memory.memory,
      opa_abort: (address: number) => {
        throw new PolicyFault(memory.read(address));
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
  const required: unknown = JSON.parse(memory.read(exports.opa_json_dump(exports.builtins())));
  for (const [name, id] of Object.entries(required ?? {})) names.set(Number(id), name);
  const builtins = [...names.values()];
  for (const [index, name] of wrappedBuiltins(module).entries()) names.set(FIRST_WRAPPED_ID + index, name);

  const policy = new LoadedPolicy({ instance, module }, memory.memory, abiMinorVersion(instance));
  guard(() => policy.setData(encode(data)), `${Buffer.byteLength(data)} bytes of data do not fit in ${maxMemory}: `);
  const { entrypoints, dataAddr, dataHeapPtr: inputAt } = loadedState(policy);
  // As opa-wasm's own `evaluate`, but that texts are copied once, and results stay text.
  const evaluateText = (entrypoint: string, input: string): string | undefined => {
    const id = entrypoints[entrypoint];
    if (id === undefined) throw new PolicyFault(`the policy has no entry point ${entrypoint}`);
    const length = memory.write(inputAt, input);
    const at = guard(() => exports.opa_eval(0, id, dataAddr, inputAt, length, inputAt + length, JSON_FORMAT));
    return resultOf(memory.read(at));
  };
  return {
    builtins,
    evaluateText,
    evaluate: (entrypoint, input) => {
      const text = evaluateText(entrypoint, input);
      return text === undefined ? undefined : JSON.parse(text);
    },
    growth: () => memory.growth(),
  };
}

function resultOf(results: string): string | undefined {
  if (results === '[]') return undefined;
  if (!results.startsWith(RESULT_START) || !results.endsWith(RESULT_END))
    throw new PolicyFault('the policy answers in an unknown form');
  return results.slice(RESULT_START.length, -RESULT_END.length);
}

/** opa-wasm and V8 throw strings and errors of many kinds; one kind leaves here. */
function guard<T>(run: () => T, what = ''): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof PolicyFault && what === '') throw error;
    throw new PolicyFault(`${what}${error instanceof Error ? error.message : String(error)}`, { cause: error });
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
    opa_eval: find('opa_eval'),
  };
}

/** A policy that another compiler made has none, and hides the errors of those builtins. */
function wrappedBuiltins(module: WebAssembly.Module): readonly string[] {
  const [section] = WebAssembly.Module.customSections(module, WRAPPED_SECTION);
  if (section === undefined) throw new PolicyFault('the policy was not compiled by lapse');
  const names: readonly string[] = JSON.parse(new TextDecoder().decode(section));
  return names;
}

/** Its class tells others nothing of them: another version may have other members. */
function loadedState(policy: object): LoadedState {
  const state = policy as Partial<LoadedState>;
  const { entrypoints, dataAddr, dataHeapPtr } = state;
  if (entrypoints === undefined || dataAddr === undefined || dataHeapPtr === undefined)
    throw new PolicyFault('opa-wasm keeps its state in another way than this was written for');
  return { entrypoints, dataAddr, dataHeapPtr };
}

function abiMinorVersion(instance: WebAssembly.Instance): number {
  const version = instance.exports.opa_wasm_abi_minor_version;
  return typeof version === 'object' && version !== null && 'value' in version ? Number(version.value) : 0;
}

function writeValue(exports: PolicyExports, memory: PolicyMemory, text: string, name: string): number {
  const size = Buffer.byteLength(text);
  const address = exports.opa_malloc(size);
  const value = exports.opa_value_parse(address, memory.write(address, text));
  if (value === 0) throw new PolicyFault(`${name}: the result is not a value`);
  return value;
}

/** opa-wasm takes text that is JSON already as an ArrayBuffer, and as nothing else. */
function encode(text: string): ArrayBuffer {
  const { buffer, byteOffset, byteLength } = new TextEncoder().encode(text);
  const isWhole = buffer instanceof ArrayBuffer && byteLength === buffer.byteLength;
  return isWhole ? buffer : new Uint8Array(buffer, byteOffset, byteLength).slice().buffer;
}
