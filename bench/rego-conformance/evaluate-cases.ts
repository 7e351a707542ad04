import { z } from 'zod';
import { createBuiltinCaller } from '../../src/policy/builtins/call-builtin.ts';
import { readCompilerArtifact } from '../../src/policy/compiler/artifact.ts';
import type { PolicyProblem } from '../../src/policy/compiler/problem.ts';
import { type RegoRuntime, startRegoRuntime } from '../../src/policy/compiler/rego-runtime.ts';
import { PolicyFault } from '../../src/policy/evaluation/policy-fault.ts';
import { type CallBuiltin, instantiatePolicy } from '../../src/policy/evaluation/wasm-policy.ts';
import type { ConformanceCase } from './conformance-case.ts';
import { moveBelow } from './place-apart.ts';

/** What became of a case. */
export type CaseOutcome =
  /** In value notation: the set of bindings. */
  | { readonly kind: 'value'; readonly text: string }
  | { readonly kind: 'fault'; readonly code: string; readonly message: string }
  | { readonly kind: 'problems'; readonly problems: readonly PolicyProblem[] };

const MAX_MEMORY = 2 ** 28;
const NOW = 1_767_225_600_000_000_000n;

/** A builtin of the host that takes any value. A call with this as its key is no call of a case, but the answer of one. */
const WITNESS = 'yaml.marshal';
const WITNESS_KEY = 'answer of the case';

const compiledSchema = z.object({ wasm: z.base64() });

/** Compiles and evaluates cases as lapse does policies. */
export class CaseEvaluation {
  readonly #compiler: RegoRuntime = startRegoRuntime(readCompilerArtifact());
  readonly #builtins = createBuiltinCaller(() => {});

  /** @param apart - whether each case is moved below a path of its own, as it must be when there are several. */
  evaluate(cases: readonly ConformanceCase[], apart: boolean): ReadonlyMap<number, CaseOutcome> {
    const outcomes = new Map<number, CaseOutcome>();
    let left = [...cases];
    let compiled: Buffer | undefined;
    while (left.length > 0 && compiled === undefined) {
      const answer = this.#compile(left, apart);
      if (Buffer.isBuffer(answer)) compiled = answer;
      else {
        for (const [id, problems] of byCase(answer, left)) outcomes.set(id, { kind: 'problems', problems });
        left = left.filter(({ id }) => !outcomes.has(id));
      }
    }
    if (compiled === undefined) return outcomes;
    const module = new WebAssembly.Module(new Uint8Array(compiled));
    const data = apart
      ? `{${left.map((each) => `"${rootOf(each)}":${each.data}`).join(',')}}`
      : (left[0]?.data ?? '{}');
    const run = this.#instance(module, compiled.length, data);
    for (const each of left) outcomes.set(each.id, run(each));
    return outcomes;
  }

  #compile(cases: readonly ConformanceCase[], apart: boolean): Buffer | readonly PolicyProblem[] {
    const modules = Object.fromEntries(cases.flatMap((each) => modulesOf(each, apart)));
    const answer = this.#compiler.call('compile', { modules, entrypoints: cases.map(entrypointOf) });
    if ('problems' in answer) return answer.problems;
    return Buffer.from(compiledSchema.parse(answer.result).wasm, 'base64');
  }

  /** Evaluates with one instance for as long as nothing faults in it. */
  #instance(module: WebAssembly.Module, size: number, data: string): (each: ConformanceCase) => CaseOutcome {
    let current: ConformanceCase | undefined;
    let answer: string | undefined;
    let memory = new Map<string, string | undefined>();
    const call: CallBuiltin = (name, operands) => {
      const [first = ''] = operands;
      if (name === WITNESS && first.startsWith(`{"${WITNESS_KEY}":`)) {
        answer = first.slice(WITNESS_KEY.length + 4, -1);
        return '""';
      }
      return this.#builtins.call(name, operands, { now: NOW, memory, lenient: current?.strict === false });
    };
    const instantiate = () => instantiatePolicy(module, size, data, MAX_MEMORY, call);
    let policy: ReturnType<typeof instantiate> | undefined;
    return (each) => {
      current = each;
      answer = undefined;
      memory = new Map();
      try {
        policy ??= instantiate();
        policy.evaluate(entrypointOf(each), each.input ?? '');
        return { kind: 'value', text: answer ?? 'set()' };
      } catch (error) {
        policy = undefined;
        return { kind: 'fault', ...describe(error) };
      }
    };
  }
}

const rootOf = ({ id }: ConformanceCase): string => `case_${id}`;
const entrypointOf = (each: ConformanceCase): string => `conformance_${rootOf(each)}/witness`;

/** The case's modules, and one that asks its query. */
function modulesOf(each: ConformanceCase, apart: boolean): readonly (readonly [string, string])[] {
  const place = (rego: string) => (apart ? moveBelow(rootOf(each), rego) : rego);
  const names = each.expected.kind === 'result' ? Object.keys(each.expected.bindings[0] ?? {}) : [];
  const bindings = names.map((name) => `${JSON.stringify(name)}: ${name}`).join(', ');
  const asked = [
    `package conformance_${rootOf(each)}`,
    `answers contains {${bindings}} if {\n${place(each.query)}\n}`,
    `witness := ${WITNESS}({"${WITNESS_KEY}": answers})`,
  ].join('\n');
  return [
    ...each.modules.map((module, index) => [`${rootOf(each)}/${index}.rego`, place(module)] as const),
    [`${rootOf(each)}/query.rego`, asked],
  ];
}

function byCase(problems: readonly PolicyProblem[], cases: readonly ConformanceCase[]) {
  const found = new Map<number, PolicyProblem[]>();
  for (const problem of problems) {
    const named = cases.find((each) => problem.file?.startsWith(`${rootOf(each)}/`));
    // A problem without a place may be anybody's.
    for (const each of named === undefined ? cases : [named])
      found.set(each.id, [...(found.get(each.id) ?? []), problem]);
  }
  return found;
}

function describe(error: unknown): { code: string; message: string } {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof PolicyFault ? (error.code ?? 'fault') : 'not a fault of the policy';
  return { code, message };
}
