import { AppError } from '../errors.ts';
import { csvReporter } from './csv.ts';
import { githubReporter } from './github.ts';
import { gitlabReporter } from './gitlab.ts';
import { jsonReporter } from './json.ts';
import { jsonlReporter } from './jsonl.ts';
import { junitReporter } from './junit.ts';
import { markdownReporter } from './markdown.ts';
import type { Reporter } from './report.ts';
import { sarifReporter } from './sarif.ts';
import { terminalReporter } from './terminal.ts';

/** Every way to print a scan or a check. */
export const REPORTERS: readonly Reporter[] = [
  terminalReporter,
  jsonReporter,
  sarifReporter,
  markdownReporter,
  githubReporter,
  jsonlReporter,
  junitReporter,
  csvReporter,
  gitlabReporter,
];

/** @throws {AppError} ERR_USAGE when there is no such format. */
export function findReporter(id: string): Reporter {
  const reporter = REPORTERS.find((candidate) => candidate.id === id);
  if (reporter !== undefined) return reporter;
  throw new AppError('ERR_USAGE', `unknown format ${JSON.stringify(id)}`, {
    hint: `one of ${REPORTERS.map((known) => known.id).join(', ')}`,
  });
}
