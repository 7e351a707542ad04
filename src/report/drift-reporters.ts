import { AppError } from '../errors.ts';
import { driftJsonReporter } from './drift-json.ts';
import { driftMarkdownReporter } from './drift-markdown.ts';
import type { DriftReporter } from './drift-report.ts';
import { driftTerminalReporter } from './drift-terminal.ts';

/** Every way to print a drift; a new one is one file and one line here. */
export const DRIFT_REPORTERS: readonly DriftReporter[] = [
  driftTerminalReporter,
  driftJsonReporter,
  driftMarkdownReporter,
];

/** @throws {AppError} ERR_USAGE for an unknown format. */
export function findDriftReporter(id: string): DriftReporter {
  const reporter = DRIFT_REPORTERS.find((candidate) => candidate.id === id);
  if (reporter !== undefined) return reporter;
  throw new AppError('ERR_USAGE', `unknown format ${JSON.stringify(id)}`, {
    hint: `expected one of: ${DRIFT_REPORTERS.map((known) => known.id).join(', ')}`,
  });
}
