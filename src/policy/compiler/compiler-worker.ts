import { parentPort } from 'node:worker_threads';
import { AppError } from '../../errors.ts';
import { readCompilerArtifact } from './artifact.ts';
import { type Operation, type OperationAnswer, startRegoRuntime } from './rego-runtime.ts';

/** What the compiler's worker is asked. */
export interface CompilerRequest {
  readonly id: number;
  readonly operation: Operation;
  readonly operands: object;
}

/** What it answers. After `failure` it must not be used any more. */
export type CompilerResponse =
  | { readonly id: number; readonly answer: OperationAnswer }
  | { readonly id: number; readonly failure: string };

if (parentPort !== null) {
  const port = parentPort;
  const runtime = startRegoRuntime(readCompilerArtifact());
  port.on('message', ({ id, operation, operands }: CompilerRequest) => {
    let response: CompilerResponse;
    try {
      response = { id, answer: runtime.call(operation, operands) };
    } catch (error) {
      response = { id, failure: error instanceof AppError ? error.message : String(error) };
    }
    port.postMessage(response);
  });
}
