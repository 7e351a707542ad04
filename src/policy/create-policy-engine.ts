import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { AppError } from '../errors.ts';
import type { Decision } from '../model/access-request.ts';
import { canonicalJson } from '../model/canonical-json.ts';
import type { RawFinding } from '../model/finding.ts';
import type { JsonObject } from '../model/json.ts';
import { combineDecisions } from './combine-decisions.ts';
import type { CachingCompiler } from './compile-cache.ts';
import { compilerManifest } from './compiler/artifact.ts';
import type { CompiledPolicy, RegoCompiler } from './compiler/compiler.ts';
import { CUSTOM_ENTRYPOINTS } from './custom-entrypoints.ts';
import { defaultCacheFolder } from './default-cache-folder.ts';
import type { PolicyEngine } from './engine.ts';
import type { EvaluablePolicy } from './evaluation/evaluation-worker.ts';
import { createEvaluator, type Evaluator } from './evaluation/evaluator.ts';
import { ENTRYPOINTS, libraryModules, loadLibrary, type PolicyLibrary } from './library.ts';
import { mergeData } from './merge-data.ts';
import type { RuleMetadata } from './metadata.ts';
import type { PolicyFolder } from './policy-sources.ts';

export interface PolicyEngineOptions {
  /** Policies of users, as `loadPolicySources` reads them; several folders by `mergePolicyFolders`. */
  readonly custom?: PolicyFolder;
  /** Laid over `data.lapse` (`policy.data` of `lapse.yaml`, `access` of the issuer). */
  readonly data?: JsonObject;
  /** Where compiled policies are kept; that of the user by default, `null` for none. */
  readonly cacheFolder?: string | null;
  /** Milliseconds of one evaluation. */
  readonly deadline?: number;
  /** Threads at most. */
  readonly workers?: number;
  /** All threads have loaded the policies before the engine is there; by default they start as they are needed. */
  readonly warm?: boolean;
  /** Bytes that one policy may use. */
  readonly maxMemory?: number;
  /** The policies of lapse; those of `rego/` by default. */
  readonly library?: PolicyLibrary;
}

const DEFAULT_DEADLINE = 5_000;
const DEFAULT_MAX_MEMORY = 512 * 1024 ** 2;
const MAX_DEFAULT_WORKERS = 4;

/**
 * Loads the policies of lapse and those of the user, compiling what is not in the cache. Close the engine when done: its
 * threads keep the process alive.
 *
 * @throws AppError `ERR_POLICY_INVALID` with the place of what is wrong in a user's policy.
 */
export async function createPolicyEngine(options: PolicyEngineOptions = {}): Promise<PolicyEngine> {
  const { library, custom } = await loadPolicies(options);
  const data = [library.data, options.custom?.data ?? {}, { lapse: options.data ?? {} }].reduce(mergeData);
  const compiled = custom === undefined ? [library.compiled] : [library.compiled, custom];
  const rules = custom === undefined ? library.rules : await withRulesOf(custom, library);
  if (Object.keys(options.data ?? {}).length > 0) {
    const { checkPolicyData } = await import('./check-policy-data.ts');
    checkPolicyData(options.data ?? {}, library.data, rules);
  }
  const json = JSON.stringify(data);
  const policies = await Promise.all(compiled.map((policy) => evaluable(policy, json)));
  const evaluator = createEvaluator(policies, {
    deadline: options.deadline ?? DEFAULT_DEADLINE,
    workers: options.workers ?? Math.min(availableParallelism(), MAX_DEFAULT_WORKERS),
    maxMemory: options.maxMemory ?? DEFAULT_MAX_MEMORY,
  });
  if (options.warm === true) await evaluator.warm();
  return new Engine(evaluator, library.compiled, custom, rules, policyRevision(compiled, data));
}

interface LoadedPolicies {
  readonly library: PolicyLibrary;
  readonly custom: CompiledPolicy | undefined;
}

/**
 * What checks and compiles is large, and is loaded only where there is something to check or to compile: many runs have nothing
 * but what was compiled with lapse.
 */
async function loadPolicies(options: PolicyEngineOptions): Promise<LoadedPolicies> {
  const cacheFolder = options.cacheFolder === undefined ? defaultCacheFolder(process.env) : options.cacheFolder;
  let rego: RegoCompiler | undefined;
  const compiler = async (): Promise<CachingCompiler> => {
    const { createRegoCompiler } = await import('./compiler/compiler.ts');
    rego ??= createRegoCompiler();
    return { compiler: rego, cacheFolder: cacheFolder ?? undefined };
  };
  try {
    const library = options.library ?? (await loadLibrary(compiler));
    if (options.custom === undefined) return { library, custom: undefined };
    const { compileCustom } = await import('./custom-policy.ts');
    return { library, custom: await compileCustom(await compiler(), options.custom, await libraryModules()) };
  } finally {
    await rego?.close();
  }
}

async function withRulesOf({ modules }: CompiledPolicy, { rules }: PolicyLibrary): Promise<PolicyLibrary['rules']> {
  const { extractRules } = await import('./rule-metadata.ts');
  return new Map([...rules, ...extractRules(modules, rules)]);
}

type Evaluable = Pick<CompiledPolicy, 'wasm' | 'entrypoints'>;

async function evaluable({ wasm }: Evaluable, data: string): Promise<EvaluablePolicy> {
  return { module: await WebAssembly.compile(wasm), size: wasm.length, data };
}

function policyRevision(compiled: readonly Evaluable[], data: JsonObject): string {
  const hash = createHash('sha256').update(canonicalJson({ compiler: compilerManifest().wasm_sha256, data }));
  for (const { wasm } of compiled) hash.update(createHash('sha256').update(wasm).digest());
  return `sha256:${hash.digest('hex')}`;
}

/** Nothing to say is the usual answer: what checks others is loaded with the first that says something. */
const answers = () => import('./answers.ts');

const LIBRARY = 0;
const CUSTOM = 1;

class Engine implements PolicyEngine {
  readonly revision: string;
  readonly rules: ReadonlyMap<string, RuleMetadata>;
  readonly #evaluator: Evaluator;
  readonly #library: Evaluable;
  readonly #custom: CompiledPolicy | undefined;

  constructor(
    evaluator: Evaluator,
    library: Evaluable,
    custom: CompiledPolicy | undefined,
    rules: ReadonlyMap<string, RuleMetadata>,
    revision: string,
  ) {
    this.#evaluator = evaluator;
    this.#library = library;
    this.#custom = custom;
    this.rules = rules;
    this.revision = revision;
  }

  findings(input: JsonObject): Promise<readonly RawFinding[]> {
    return this.#askBoth('findings', input);
  }

  alerts(input: JsonObject): Promise<readonly RawFinding[]> {
    return this.#askBoth('alerts', input);
  }

  drift(input: JsonObject): Promise<readonly RawFinding[]> {
    return this.#askBoth('drift', input);
  }

  async decide(input: JsonObject): Promise<Decision> {
    const { parseDecision, parseRestriction } = await answers();
    const asked = { ...input, policies: await this.#accessPolicies(input) };
    const restricted = this.#custom?.entrypoints.includes(CUSTOM_ENTRYPOINTS.decision) === true;
    const [ours, theirs] = await Promise.all([
      this.#evaluate(ENTRYPOINTS.decision, asked),
      restricted ? this.#evaluate(CUSTOM_ENTRYPOINTS.decision, input) : undefined,
    ]);
    const decision = parseDecision(ENTRYPOINTS.decision, ours);
    const combined = restricted
      ? combineDecisions(decision, parseRestriction(CUSTOM_ENTRYPOINTS.decision, theirs))
      : decision;
    return { ...combined, policy_revision: this.revision };
  }

  close(): Promise<void> {
    return this.#evaluator.close();
  }

  async #accessPolicies(input: JsonObject): Promise<JsonObject[]> {
    if (this.#custom === undefined) return [];
    const { policies } = CUSTOM_ENTRYPOINTS;
    const { parseAccessPolicies } = await answers();
    return parseAccessPolicies(policies, await this.#evaluate(policies, input));
  }

  async #askBoth(family: 'findings' | 'alerts' | 'drift', input: JsonObject): Promise<readonly RawFinding[]> {
    const asked = [this.#ask(ENTRYPOINTS[family], input)];
    if (this.#custom !== undefined) asked.push(this.#ask(CUSTOM_ENTRYPOINTS[family], input));
    return (await Promise.all(asked)).flat();
  }

  async #ask(entrypoint: string, input: JsonObject): Promise<readonly RawFinding[]> {
    const answer = await this.#evaluate(entrypoint, input);
    if (Array.isArray(answer) && answer.length === 0) return [];
    const { parseFindings } = await answers();
    const findings = parseFindings(entrypoint, answer);
    const unknown = findings.find(({ id }) => !this.rules.has(id));
    if (unknown !== undefined)
      throw new AppError('ERR_POLICY_ANSWER', `${entrypoint}: no rule has the id ${JSON.stringify(unknown.id)}`);
    return findings;
  }

  async #evaluate(entrypoint: string, input: JsonObject): Promise<unknown> {
    const policy = this.#library.entrypoints.includes(entrypoint) ? LIBRARY : CUSTOM;
    const known = policy === LIBRARY || this.#custom?.entrypoints.includes(entrypoint) === true;
    if (!known) throw new AppError('ERR_POLICY_UNDEFINED', `${entrypoint}: no policy defines it`);
    return this.#evaluator.evaluate(policy, entrypoint, textOf(entrypoint, input), clockOf(input));
  }
}

/** Values that are nested too deeply, or too long as text, cannot be written. */
function textOf(entrypoint: string, input: JsonObject): string {
  try {
    return JSON.stringify(input);
  } catch (cause) {
    throw new AppError('ERR_POLICY_EVALUATION', `${entrypoint}: the input is too deep or too large`, { cause });
  }
}

/** `input.now` is the clock of an evaluation; where it is absent, that of the machine. In nanoseconds since 1970. */
function clockOf(input: JsonObject): bigint {
  const stated = typeof input.now === 'string' ? Date.parse(input.now) : Number.NaN;
  return BigInt(Number.isNaN(stated) ? Date.now() : stated) * 1_000_000n;
}
