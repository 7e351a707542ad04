import { AppError } from '../../errors.ts';
import { complianceCsvReporter } from './compliance-csv.ts';
import { complianceHtmlReporter } from './compliance-html.ts';
import { complianceJsonReporter } from './compliance-json.ts';
import { complianceMarkdownReporter } from './compliance-markdown.ts';
import type { ComplianceReporter } from './compliance-report.ts';
import { complianceTerminalReporter } from './compliance-terminal.ts';

/** Every way to print a report of compliance; a new one is one file and one line here. */
export const COMPLIANCE_REPORTERS: readonly ComplianceReporter[] = [
  complianceTerminalReporter,
  complianceHtmlReporter,
  complianceMarkdownReporter,
  complianceJsonReporter,
  complianceCsvReporter,
];

/** @throws {AppError} ERR_USAGE for an unknown format. */
export function findComplianceReporter(id: string): ComplianceReporter {
  const reporter = COMPLIANCE_REPORTERS.find((candidate) => candidate.id === id);
  if (reporter !== undefined) return reporter;
  throw new AppError('ERR_USAGE', `unknown format ${JSON.stringify(id)}`, {
    hint: `one of ${COMPLIANCE_REPORTERS.map((known) => known.id).join(', ')}`,
  });
}
