import { parentPort, workerData } from 'node:worker_threads';
import { type BuiltinCaller, createBuiltinCaller } from '../builtins/call-builtin.ts';
import { BUILTINS } from '../builtins/index.ts';
import { instantiatePolicy, type WasmPolicy } from './wasm-policy.ts';

/** A compiled policy and its data, as the worker gets them. */
export interface EvaluablePolicy {
  readonly module: WebAssembly.Module;
  /** Bytes of the module. */
  readonly size: number;
  /** JSON of the base documents. */
  readonly data: string;
}

export interface EvaluationWorkerData {
  readonly policies: readonly EvaluablePolicy[];
  /** Bytes that one instance may use. */
  readonly maxMemory: number;
}

export interface EvaluationRequest {
  readonly id: number;
  /** Index into the policies. */
  readonly policy: number;
  readonly entrypoint: string;
  /** JSON. */
  readonly input: string;
  /** Nanoseconds since 1970. */
  readonly now: bigint;
}

/**
 * What is not an answer: the worker can take requests; OPA's own code is being loaded, and has been, which takes time that
 * is not the policy's.
 */
export type EvaluationProgress =
  | { readonly kind: 'ready' }
  | { readonly kind: 'loading' }
  | { readonly kind: 'loaded' };

export type EvaluationOutcome =
  | { readonly kind: 'value'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'undefined'; readonly id: number }
  | { readonly kind: 'fault'; readonly id: number; readonly message: string };

export type EvaluationResponse = EvaluationProgress | EvaluationOutcome;

class Evaluation {
  readonly #data: EvaluationWorkerData;
  readonly #builtins: BuiltinCaller;
  readonly #instances: (WasmPolicy | undefined)[] = [];
  #now = 0n;
  #memory = new Map<string, string | undefined>();

  constructor(data: EvaluationWorkerData, onLoad: (kind: 'loading' | 'loaded') => void) {
    this.#data = data;
    this.#builtins = createBuiltinCaller(onLoad);
  }

  /** Instantiates every policy, and loads OPA's own code where one of them is known to call it. */
  prepare(): void {
    for (const index of this.#data.policies.keys()) {
      const { builtins } = this.#instance(index);
      if (builtins.some((name) => !BUILTINS.has(name))) this.#builtins.preload();
    }
  }

  run({ id, policy, entrypoint, input, now }: EvaluationRequest): EvaluationOutcome {
    this.#now = now;
    this.#memory = new Map();
    try {
      const value = this.#instance(policy).evaluate(entrypoint, input);
      return value === undefined ? { kind: 'undefined', id } : { kind: 'value', id, value };
    } catch (error) {
      // Memory that a fault left behind is never freed: thousands of them would exhaust the instance for everybody.
      this.#instances[policy] = undefined;
      return { kind: 'fault', id, message: error instanceof Error ? error.message : String(error) };
    }
  }

  #instance(index: number): WasmPolicy {
    const instance = this.#instances[index] ?? this.#instantiate(index);
    this.#instances[index] = instance;
    return instance;
  }

  #instantiate(index: number): WasmPolicy {
    const policy = this.#data.policies[index];
    if (policy === undefined) throw new RangeError(`no policy ${index}`);
    return instantiatePolicy(policy.module, policy.size, policy.data, this.#data.maxMemory, (name, operands) =>
      this.#builtins.call(name, operands, { now: this.#now, memory: this.#memory }),
    );
  }
}

if (parentPort !== null) {
  const port = parentPort;
  const post = (response: EvaluationResponse) => port.postMessage(response);
  const evaluation = new Evaluation(workerData, (kind) => post({ kind }));
  evaluation.prepare();
  post({ kind: 'ready' });
  port.on('message', (request: EvaluationRequest) => post(evaluation.run(request)));
}
