import { AppError } from '../../errors.ts';
import { startGoProgram } from '../../wasm/go-program.ts';
import type { PolicyProblem } from './problem.ts';

/** What the artifact can be asked to do; see `rego/compiler/internal/operations`. */
export type Operation = 'builtin' | 'bundle' | 'check' | 'compile' | 'explain' | 'fmt' | 'review' | 'test';

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

/**
 * Starts the artifact in this thread, which blocks for some 0.3 s: use a worker. It is given no files, no environment
 * and no arguments.
 *
 * @param wasm - as `readCompilerArtifact` unpacks it.
 */
export function startRegoRuntime(wasm: Uint8Array): RegoRuntime {
  const program = startGoProgram(wasm);
  if (program === undefined) throw new AppError('ERR_POLICY_COMPILER', 'the rego compiler lacks its exports');
  const encoder = new TextEncoder();
  return {
    call: (operation, operands) =>
      parseResponse(program.call(encoder.encode(JSON.stringify({ operation, arguments: operands })))),
  };
}

/** Every thread that evaluates policies has this: what the artifact writes is not checked by a library that is larger than the rest. */
function parseResponse(text: string): OperationAnswer {
  const response: OperationAnswer | { readonly panic: string } = JSON.parse(text);
  if ('panic' in response)
    throw new AppError('ERR_POLICY_COMPILER', `the rego compiler panicked: ${response.panic.slice(0, 500)}`);
  return response;
}
