import { parentPort, workerData } from 'node:worker_threads';
import { type BuiltinCaller, createBuiltinCaller } from '../builtins/call-builtin.ts';
import { BUILTINS } from '../builtins/index.ts';
import { EvaluationClock } from './evaluation-clock.ts';
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
  /** Of the `EvaluationClock`. */
  readonly clock: SharedArrayBuffer;
}

export interface EvaluationRequest {
  /** Below 2^31. */
  readonly id: number;
  /** Index into the policies. */
  readonly policy: number;
  readonly entrypoint: string;
  /** JSON. */
  readonly input: string;
  /** Nanoseconds since 1970. */
  readonly now: bigint;
}

export type EvaluationOutcome =
  | { readonly kind: 'value'; readonly id: number /** JSON. */; readonly text: string }
  | { readonly kind: 'undefined'; readonly id: number }
  | { readonly kind: 'fault'; readonly id: number; readonly message: string };

/** To several requests in one message come answers in few. */
export type EvaluationResponse = 'ready' | readonly EvaluationOutcome[];

/** Milliseconds for which answers may wait for those of the requests behind them. */
const ANSWERS_WAIT = 10;

/** Bytes by which an instance may have grown when it is used again: what it grows by it never gives back. */
const MAX_GROWTH = 32 * 1024 ** 2;

class Evaluation {
  readonly #data: EvaluationWorkerData;
  readonly #clock: EvaluationClock;
  readonly #builtins: BuiltinCaller;
  readonly #instances: (WasmPolicy | undefined)[] = [];
  #now = 0n;
  #memory = new Map<string, string | undefined>();

  constructor(data: EvaluationWorkerData) {
    this.#data = data;
    this.#clock = new EvaluationClock(data.clock);
    this.#builtins = createBuiltinCaller((kind) => this.#clock.enter(kind === 'loading' ? 'loading' : 'evaluating'));
  }

  /** Instantiates every policy, and loads OPA's own code where one of them is known to call it. */
  prepare(): void {
    for (const index of this.#data.policies.keys()) {
      const { builtins } = this.#instance(index);
      if (builtins.some((name) => !BUILTINS.has(name))) this.#builtins.preload();
    }
    this.#clock.end();
  }

  run({ id, policy, entrypoint, input, now }: EvaluationRequest): EvaluationOutcome {
    this.#now = now;
    if (this.#memory.size > 0) this.#memory = new Map();
    this.#clock.begin(id);
    try {
      const instance = this.#instance(policy);
      const text = instance.evaluateText(entrypoint, input);
      if (instance.growth() > MAX_GROWTH) this.#instances[policy] = undefined;
      return text === undefined ? { kind: 'undefined', id } : { kind: 'value', id, text };
    } catch (error) {
      // Memory that a fault left behind is never freed: thousands of them would exhaust the instance for everybody.
      this.#instances[policy] = undefined;
      return { kind: 'fault', id, message: error instanceof Error ? error.message : String(error) };
    } finally {
      this.#clock.end();
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
  const evaluation = new Evaluation(workerData);
  evaluation.prepare();
  post('ready');
  port.on('message', (requests: readonly EvaluationRequest[]) => {
    let answers: EvaluationOutcome[] = [];
    let since = performance.now();
    for (const request of requests) {
      answers.push(evaluation.run(request));
      if (performance.now() - since < ANSWERS_WAIT) continue;
      post(answers);
      answers = [];
      since = performance.now();
    }
    if (answers.length > 0) post(answers);
  });
}
