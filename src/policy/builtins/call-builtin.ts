import { limitMemory } from '../../wasm/limit-memory.ts';
import { readCompilerArtifact } from '../compiler/artifact.ts';
import { type OperationAnswer, type RegoRuntime, startRegoRuntime } from '../compiler/rego-runtime.ts';
import { formatValue } from '../evaluation/format-value.ts';
import { parseValue } from '../evaluation/parse-value.ts';
import { PolicyFault } from '../evaluation/policy-fault.ts';
import { type EvaluationContext, LeftToOpa } from './builtin.ts';
import { BUILTINS } from './index.ts';

/** Builtins whose answer differs from call to call; OPA answers the same call alike within one evaluation. */
const UNSTEADY = new Set(['rand.intn', 'uuid.rfc4122']);

/** Bytes that OPA's own code may have: an operand of a few digits can ask for gigabytes. */
const MAX_MEMORY = 256 * 1024 ** 2;

/**
 * Rules ask the same of the same subject: how old a key is, say. What has operands depends on nothing else, so that short
 * answers are kept from call to call.
 */
const MOST_KEPT = 10_000;
const LONGEST_KEPT = 200;

/** What the artifact answers to a call. */
interface BuiltinResult {
  readonly defined: boolean;
  readonly value: string;
}

/** Calls builtins, in TypeScript where there is one, else in OPA's own code. */
export interface BuiltinCaller {
  /**
   * @param operands - in value notation, as the answer.
   * @throws PolicyFault with OPA's own message, unless the context is lenient.
   */
  call(name: string, operands: readonly string[], context: EvaluationContext): string | undefined;
  /** Loads OPA's own code now rather than with the first call that needs it. */
  preload(): void;
}

/** @param onLoad - told before and after OPA's own code is loaded, which takes a good part of a second. */
export function createBuiltinCaller(onLoad: (kind: 'loading' | 'loaded') => void): BuiltinCaller {
  let runtime: RegoRuntime | undefined;
  const answers = new Map<string, string>();
  const load = (): RegoRuntime => {
    if (runtime === undefined) {
      onLoad('loading');
      runtime = startRegoRuntime(limitMemory(readCompilerArtifact(), MAX_MEMORY));
      onLoad('loaded');
    }
    return runtime;
  };
  const callRuntime = (operands: object): OperationAnswer => {
    const loaded = load();
    try {
      return loaded.call('builtin', operands);
    } catch (error) {
      // OPA panicked, or had no memory left; nobody knows what state that left behind.
      runtime = undefined;
      const why = error instanceof Error ? error.message : String(error);
      throw new PolicyFault(`OPA's own code failed, or needs more than ${MAX_MEMORY} bytes: ${why}`, { cause: error });
    }
  };
  const callOpa = (name: string, operands: readonly string[], context: EvaluationContext) => {
    const answer = callRuntime({ name, operands, now: String(context.now) });
    if ('problems' in answer) {
      const [problem] = answer.problems;
      throw new PolicyFault(problem?.message ?? name, problem === undefined ? {} : { code: problem.code });
    }
    const { defined, value } = answer.result as BuiltinResult;
    return defined ? value : undefined;
  };
  const call: BuiltinCaller['call'] = (name, operands, context) => {
    if (UNSTEADY.has(name)) return remember(name, operands, context, callOpa);
    const builtin = BUILTINS.get(name);
    if (builtin === undefined) return callOpa(name, operands, context);
    const key = operands.length === 0 ? '' : [name, ...operands].join('\n');
    const known = answers.get(key);
    if (known !== undefined) return known;
    try {
      const value = builtin(operands.map(parseValue), context);
      if (value === undefined) return undefined;
      const answer = formatValue(value);
      if (key !== '' && key.length + answer.length <= LONGEST_KEPT) keep(answers, key, answer);
      return answer;
    } catch (error) {
      if (error instanceof LeftToOpa) return callOpa(name, operands, context);
      throw error;
    }
  };
  return {
    preload: () => void load(),
    call: (name, operands, context) => {
      try {
        return call(name, operands, context);
      } catch (error) {
        if (context.lenient === true && error instanceof PolicyFault) return undefined;
        throw error;
      }
    },
  };
}

function keep(answers: Map<string, string>, key: string, answer: string): void {
  if (answers.size >= MOST_KEPT) answers.clear();
  answers.set(key, answer);
}

function remember(
  name: string,
  operands: readonly string[],
  context: EvaluationContext,
  call: BuiltinCaller['call'],
): string | undefined {
  const key = JSON.stringify([name, ...operands]);
  if (!context.memory.has(key)) context.memory.set(key, call(name, operands, context));
  return context.memory.get(key);
}
