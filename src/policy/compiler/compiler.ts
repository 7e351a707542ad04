import { z } from 'zod';
import { AppError } from '../../errors.ts';
import type { Json } from '../../model/json.ts';
import { DisposableWorker } from '../../wasm/disposable-worker.ts';
import { workerUrl } from '../../wasm/worker-url.ts';
import { invalidPolicy } from '../invalid-policy.ts';
import type { CompilerRequest, CompilerResponse } from './compiler-worker.ts';
import { type ExplainOptions, type Explanation, explanationSchema } from './explanation.ts';
import { type ModuleDescription, moduleDescriptionSchema } from './module-description.ts';
import { toldOnce } from './problem.ts';
import type { Operation } from './rego-runtime.ts';
import { type PolicyReview, type ReviewOptions, reviewSchema } from './review.ts';

/** Text of Rego modules by file name. */
export type PolicySources = Readonly<Record<string, string>>;

/** A JSON schema that METADATA can name as `schema.<path>`. */
export interface PolicySchema {
  readonly path: readonly string[];
  readonly schema: Json;
}

export interface CheckOptions {
  /** OPA's strict mode: unused variables and imports, shadowed names are errors too. */
  readonly strict?: boolean;
  readonly schemas?: readonly PolicySchema[];
}

export interface CompiledPolicy {
  readonly wasm: Uint8Array;
  /** Those asked for that the modules define. */
  readonly entrypoints: readonly string[];
  readonly modules: readonly ModuleDescription[];
}

export interface BundleOptions {
  /** Base documents. */
  readonly data: Json;
  readonly revision: string;
  /** Paths below `data` that the bundle owns. */
  readonly roots: readonly string[];
  /** Without entry points: the modules whose sources go into the bundle. */
  readonly files?: readonly string[];
  /** Signed as OPA signs. */
  readonly signing?: BundleSigning;
}

export interface BundleSigning {
  /** PEM of a private key; of an HMAC algorithm the secret. */
  readonly key: string;
  /** `RS256`, `ES256`, `PS256`, `HS256`, … */
  readonly algorithm: string;
  /** What a verifier knows the key by. */
  readonly id: string;
}

export interface PolicyBundle {
  /** `.tar.gz` */
  readonly bundle: Uint8Array;
  readonly entrypoints: readonly string[];
}

export interface TestOptions extends CheckOptions {
  readonly data: Json;
  /** A regular expression over full test names. */
  readonly filter?: string;
  readonly coverage?: boolean;
}

const testReportSchema = z.object({
  tests: z.array(
    z.object({
      /** `data.<package>.<rule>` */
      name: z.string(),
      file: z.string(),
      line: z.number(),
      outcome: z.enum(['pass', 'fail', 'error', 'skip']),
      /** Milliseconds. */
      duration: z.number(),
      message: z.string().optional(),
      /** What `print` wrote. */
      output: z.string().optional(),
      /** OPA's trace of what failed. */
      trace: z.array(z.string()).optional(),
      /** Failed cases of a table test. */
      cases: z.array(z.string()).optional(),
    }),
  ),
  /** By file: how many lines tests reached, and which they did not. */
  coverage: z.record(z.string(), z.object({ covered: z.number(), uncovered: z.array(z.number()) })).optional(),
});

/** Outcome of OPA's tester, by file and line. */
export type PolicyTestReport = z.infer<typeof testReportSchema>;

/**
 * OPA's compiler, checker, formatter and tester, in a worker of their own that starts with the first call. Every method
 * rejects with `ERR_POLICY_INVALID` and its problems when a source is wrong, with `ERR_POLICY_TIMEOUT` past the
 * deadline, and with `ERR_POLICY_COMPILER` when OPA itself fails.
 */
export interface RegoCompiler {
  /** @param entrypoints - paths below `data`, with slashes; at least one must be defined. */
  compile(sources: PolicySources, entrypoints: readonly string[], options?: CheckOptions): Promise<CompiledPolicy>;
  /** A bundle that OPA loads: a policy when there are entry points, else sources. */
  bundle(sources: PolicySources, entrypoints: readonly string[], options: BundleOptions): Promise<PolicyBundle>;
  check(sources: PolicySources, options?: CheckOptions): Promise<readonly ModuleDescription[]>;
  /** Checks more strictly than OPA does, against inputs, answers and data that are known. */
  review(sources: PolicySources, options: ReviewOptions): Promise<PolicyReview>;
  /** Calls OPA's own code of a builtin; operands and result are JSON. */
  builtin(name: string, operands: readonly Json[]): Promise<Json>;
  /** Evaluates a rule in OPA's evaluator, where builtins are strict, and tells what led to its answer. */
  explain(sources: PolicySources, options: ExplainOptions): Promise<Explanation>;
  /** The sources as `opa fmt` lays them out. */
  format(sources: PolicySources): Promise<PolicySources>;
  test(sources: PolicySources, options: TestOptions): Promise<PolicyTestReport>;
  close(): Promise<void>;
}

const DEFAULT_DEADLINE = 120_000;

const compileResultSchema = z.object({
  wasm: z.base64(),
  entrypoints: z.array(z.string()),
  modules: z.array(moduleDescriptionSchema),
});
const bundleResultSchema = z.object({ bundle: z.base64(), entrypoints: z.array(z.string()) });
const builtinResultSchema = z.object({ value: z.string() });
const checkResultSchema = z.object({ modules: z.array(moduleDescriptionSchema) });
const formatResultSchema = z.object({ modules: z.record(z.string(), z.string()) });

/** @param deadline - of one call, in milliseconds. */
export function createRegoCompiler({ deadline = DEFAULT_DEADLINE }: { readonly deadline?: number } = {}): RegoCompiler {
  const connection = new CompilerConnection(deadline);
  return {
    async compile(sources, entrypoints, options = {}) {
      const operands = { modules: sources, entrypoints, ...options };
      const { wasm, ...rest } = compileResultSchema.parse(await connection.call('compile', operands));
      return { wasm: Buffer.from(wasm, 'base64'), ...rest };
    },
    async bundle(sources, entrypoints, options) {
      const operands = { modules: sources, entrypoints, ...options };
      const { bundle, ...rest } = bundleResultSchema.parse(await connection.call('bundle', operands));
      return { bundle: Buffer.from(bundle, 'base64'), ...rest };
    },
    async check(sources, options = {}) {
      return checkResultSchema.parse(await connection.call('check', { modules: sources, ...options })).modules;
    },
    async review(sources, options) {
      return reviewSchema.parse(await connection.call('review', { modules: sources, ...options }));
    },
    async builtin(name, operands) {
      const call = { name, operands: operands.map((operand) => JSON.stringify(operand)), now: 0 };
      const { value } = builtinResultSchema.parse(await connection.call('builtin', call));
      return z.json().parse(JSON.parse(value));
    },
    async explain(sources, { now, ...options }) {
      const operands = { modules: sources, now: `${now}`, ...options };
      return explanationSchema.parse(await connection.call('explain', operands));
    },
    async format(sources) {
      return formatResultSchema.parse(await connection.call('fmt', { modules: sources })).modules;
    },
    async test(sources, options) {
      return testReportSchema.parse(await connection.call('test', { modules: sources, ...options }));
    },
    close: () => connection.close(),
  };
}

/** One worker at a time; a worker that failed or ran out of time is dropped, and the next call starts another. */
class CompilerConnection {
  readonly #worker: DisposableWorker<Omit<CompilerRequest, 'id'>, CompilerResponse>;

  constructor(deadline: number) {
    this.#worker = new DisposableWorker({
      url: workerUrl('./compiler-worker', import.meta.url),
      deadline,
      timedOut: ({ operation }) =>
        new AppError('ERR_POLICY_TIMEOUT', `rego ${operation} took longer than ${deadline / 1000} s`),
      failed: (what) => new AppError('ERR_POLICY_COMPILER', `the rego compiler's worker ${what}`),
    });
  }

  async call(operation: Operation, operands: object): Promise<unknown> {
    const response = await this.#worker.call({ operation, operands });
    if ('failure' in response) {
      await this.close();
      throw new AppError('ERR_POLICY_COMPILER', response.failure);
    }
    if ('problems' in response.answer) throw invalidPolicy(toldOnce(response.answer.problems));
    return response.answer.result;
  }

  close(): Promise<void> {
    return this.#worker.close();
  }
}
