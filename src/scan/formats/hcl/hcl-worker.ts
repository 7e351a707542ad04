import { parentPort } from 'node:worker_threads';
import { startGoProgram } from '../../../wasm/go-program.ts';
import { readParserArtifact } from './artifact.ts';

/** `b` and the text of a file, `t` and that of a template; nothing at all only starts the parser. */
export interface HclRequest {
  readonly id: number;
  readonly text: string;
}

/** JSON, as `scanners/terraform/parser/internal/syntax` writes it. After `failure` the worker must not be used any more. */
export type HclResponse =
  | { readonly id: number; readonly answer: string; readonly memory: number }
  | { readonly id: number; readonly failure: string };

if (parentPort !== null) {
  const port = parentPort;
  const program = startGoProgram(readParserArtifact());
  const encoder = new TextEncoder();
  port.on('message', ({ id, text }: HclRequest) => {
    let response: HclResponse;
    try {
      if (program === undefined) throw new Error('it lacks its exports');
      const answer = text === '' ? '' : program.call(encoder.encode(text));
      response = { id, answer, memory: program.memory() };
    } catch (error) {
      response = { id, failure: error instanceof Error ? error.message : String(error) };
    }
    port.postMessage(response);
  });
}
