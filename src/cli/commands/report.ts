import { Option } from 'commander';
import { AppError } from '../../errors.ts';
import { parseDuration } from '../../model/duration.ts';
import { SEVERITIES, type Severity } from '../../model/finding.ts';
import { complianceExitCode } from '../../report/compliance/compliance-report.ts';
import { COMPLIANCE_REPORTERS, findComplianceReporter } from '../../report/compliance/compliance-reporters.ts';
import { FRAMEWORKS, findFramework } from '../../report/compliance/frameworks.ts';
import type { CliCommand, GlobalOptions } from '../command.ts';
import { collectCompliance } from '../compliance/collect-compliance.ts';
import { reportPoint, sinceMoment } from '../compliance/report-point.ts';
import type { CliContext } from '../context.ts';
import { addFilterOptions } from '../inventory/filter-options.ts';
import { AS_OF } from '../inventory/view.ts';
import { writeOutput } from '../output.ts';
import { openPolicies } from '../policies.ts';
import { withWorkspace } from '../workspace.ts';

interface ReportOptions extends GlobalOptions {
  readonly framework: string;
  readonly asOf?: string;
  readonly since: string;
  readonly staleAfter: string;
  readonly platform: readonly string[];
  readonly owner: readonly string[];
  readonly environment: readonly string[];
  readonly format: string;
  readonly output?: string;
  readonly failOn?: Severity | 'none';
}

/** `lapse report`: what the inventory says of the controls of a framework, and what nobody looked at. */
export const command: CliCommand = {
  configure(command, cli, exit) {
    addFilterOptions(command)
      .requiredOption('--framework <framework>', FRAMEWORKS.map(({ id, name }) => `${id}: ${name}`).join('; '))
      .option('--as-of <point>', `as it was: ${AS_OF}`)
      .option('--since <date or age>', 'what was resolved since then is told too: 2026-01-01, 90d', '90d')
      .option('--stale-after <age>', 'a source that was not scanned for longer is no evidence of today', '30d')
      .option(
        '--format <format>',
        COMPLIANCE_REPORTERS.map(({ id, title }) => `${id}: ${title}`).join('; '),
        'terminal',
      )
      .option('-o, --output <file>', 'write the report to a file')
      .addOption(
        new Option(
          '--fail-on <severity>',
          'lowest severity of an open finding that makes the exit code 1 (default: check.threshold)',
        ).choices([...SEVERITIES, 'none']),
      )
      .action(async () => {
        exit(await report(command.optsWithGlobals<ReportOptions>(), cli));
      });
  },
};

async function report(options: ReportOptions, cli: CliContext): Promise<number> {
  const framework = findFramework(options.framework);
  const reporter = findComplianceReporter(options.format);
  const { platform, owner, environment } = options;
  return withWorkspace(cli, options, async (workspace) => {
    const { config, store } = workspace;
    const now = cli.now();
    const snapshots = await store.snapshots();
    const asked = reportPoint(options.asOf, snapshots, now);
    const engine = await openPolicies(config, cli);
    try {
      const compliance = await collectCompliance(
        workspace,
        engine,
        {
          ...asked,
          framework,
          snapshots,
          now,
          filters: { platform, owner, environment, kind: [] },
          since: sinceMoment(options.since, asked.moment),
          staleBefore: new Date(asked.moment.getTime() - staleAge(options.staleAfter)),
          threshold: options.failOn ?? config.check.threshold,
        },
        cli,
      );
      const color = cli.color && options.output === undefined;
      writeOutput(cli, reporter.render(compliance, { color }), options.output);
      return complianceExitCode(compliance);
    } finally {
      await engine.close();
    }
  });
}

/** @throws {AppError} ERR_USAGE */
function staleAge(text: string): number {
  const age = parseDuration(text);
  if (age !== undefined) return age;
  throw new AppError('ERR_USAGE', `--stale-after ${text}: expected an age such as 30d`);
}
