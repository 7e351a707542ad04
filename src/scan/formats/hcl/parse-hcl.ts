import { AppError } from '../../../errors.ts';
import { DisposableWorker } from '../../../wasm/disposable-worker.ts';
import { workerUrl } from '../../../wasm/worker-url.ts';
import { limitError } from '../format-error.ts';
import type { HclRequest, HclResponse } from './hcl-worker.ts';
import type { HclBody, HclExpression, HclProblem } from './syntax.ts';

/** A file as far as it could be read: with problems, what stands around them is missing. */
export interface HclFile {
  readonly body: HclBody;
  readonly problems: readonly HclProblem[];
}

/** A template, such as `arn:aws:s3:::${var.bucket}`, as far as it could be read. */
export interface HclTemplate {
  readonly expression: HclExpression;
  readonly problems: readonly HclProblem[];
}

/** UTF-16 units. Written by hand a file has some thousands, and generated ones are data in another form. */
const MAX_LENGTH = 1024 * 1024;
const START = { line: 1, column: 1 };
/** Milliseconds. A file of the largest size takes some seconds; less than a thread that reads files may take. */
const DEADLINE = 8_000;
const START_DEADLINE = 60_000;
/** Bytes. A worker that came to need more is not kept. */
const MEMORY = 192 * 1024 * 1024;

/**
 * Reads HCL 2 by HashiCorp's own parser, in a worker of this thread that starts with the first call. Places are the file's.
 * It reads what Terraform, OpenTofu, Packer and Nomad read, and policies of Vault as people write them.
 *
 * @throws AppError ERR_SCAN_LIMIT for what is too large, too deep or takes too long, or breaks the parser.
 * @example
 * const { body, problems } = await parseHcl('path "secret/*" { capabilities = ["read"] }', 'ci.hcl');
 */
export function parseHcl(text: string, path: string): Promise<HclFile> {
  return ask<HclFile>('b', text, path);
}

/**
 * Reads text that holds `${…}`, as the JSON form of a file writes its expressions. Places count from the beginning of the text.
 *
 * @throws as `parseHcl` does.
 */
export function parseHclTemplate(text: string, path: string): Promise<HclTemplate> {
  return ask<HclTemplate>('t', text, path);
}

const worker = new DisposableWorker<Omit<HclRequest, 'id'>, HclResponse>({
  url: workerUrl('./hcl-worker', import.meta.url),
  deadline: DEADLINE,
  timedOut: () => new AppError('ERR_SCAN_LIMIT', 'the parser took too long'),
  failed: (what) => new AppError('ERR_SCAN_LIMIT', `the parser ${what}`),
  background: true,
});

/** What was asked last: one after the other, so that whatever ends the worker ends one file only. */
let last: Promise<unknown> = Promise.resolve();

async function ask<Result extends object>(kind: 'b' | 't', text: string, path: string): Promise<Result> {
  if (text.length > MAX_LENGTH) throw limitError(path, START, 'more text than a file of HCL has');
  const answer = last.then(() => exchange<Result>(kind + text, path));
  last = answer.catch(() => undefined);
  return answer;
}

/** The answer is that of a program of ours, whose bytes were checked: its shape is not checked again. */
async function exchange<Result extends object>(text: string, path: string): Promise<Result> {
  // Nothing but a sign of life, so that the time it takes to start is not the file's.
  await worker.call({ text: '' }, START_DEADLINE);
  const response = await worker.call({ text }).catch((error: unknown) => {
    throw error instanceof AppError ? limitError(path, START, error.message) : error;
  });
  if ('answer' in response) {
    if (response.memory > MEMORY) await worker.close();
    const answer = JSON.parse(response.answer) as Result | { readonly limit: HclProblem } | { readonly panic: string };
    if ('limit' in answer) throw limitError(path, answer.limit.place, answer.limit.message);
    if (!('panic' in answer)) return answer;
  }
  await worker.close();
  // What it said when it failed may quote the text.
  throw limitError(path, START, 'the parser failed on this file');
}
