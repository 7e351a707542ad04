import { Option } from 'commander';
import type { Config } from '../../config/config.ts';
import type { DriftPoint } from '../../drift/drift.ts';
import type { MeasuredView } from '../../drift/measure.ts';
import { resolvePoint } from '../../drift/resolve-point.ts';
import { AppError } from '../../errors.ts';
import { SEVERITIES, type Severity } from '../../model/finding.ts';
import { driftExitCode } from '../../report/drift-report.ts';
import { DRIFT_REPORTERS, findDriftReporter } from '../../report/drift-reporters.ts';
import type { CliCommand, GlobalOptions } from '../command.ts';
import type { CliContext } from '../context.ts';
import { comparePoints } from '../drift/compare-points.ts';
import { findIssuerState } from '../issuer-state.ts';
import { writeOutput } from '../output.ts';
import { openPolicies } from '../policies.ts';
import { packageVersion } from '../version.ts';
import { withWorkspace } from '../workspace.ts';

interface DriftCommandOptions extends GlobalOptions {
  readonly from: string;
  readonly to: string;
  readonly format: string;
  readonly output?: string;
  readonly failOn?: Severity | 'none';
}

const POINTS = 'a snapshot number, a date, an age such as 7d, or first, previous, latest';

/** `lapse drift`: what changed between two points in time, with the numbers that matter. */
export const command: CliCommand = {
  configure(command, cli, exit) {
    command
      .option('--from <point>', `the earlier point: ${POINTS}`, 'previous')
      .option('--to <point>', 'the later point', 'latest')
      .option('--format <format>', DRIFT_REPORTERS.map(({ id, title }) => `${id}: ${title}`).join('; '), 'terminal')
      .option('-o, --output <file>', 'write the report to a file')
      .addOption(
        new Option(
          '--fail-on <severity>',
          'lowest severity that makes the exit code 1 when a finding of it comes or comes back (default: check.threshold)',
        ).choices([...SEVERITIES, 'none']),
      )
      .action(async () => {
        exit(await drift(command.optsWithGlobals<DriftCommandOptions>(), cli));
      });
  },
};

async function drift(options: DriftCommandOptions, cli: CliContext): Promise<number> {
  const reporter = findDriftReporter(options.format);
  return withWorkspace(cli, options, async ({ config, store }) => {
    const snapshots = await store.snapshots();
    const now = cli.now();
    const [from, to] = [resolvePoint(options.from, snapshots, now), resolvePoint(options.to, snapshots, now)];
    if (from.snapshot > to.snapshot)
      throw new AppError('ERR_USAGE', `${options.from} is later than ${options.to}`, { hint: 'swap --from and --to' });
    const swaps = await countSwaps(config, cli, to);
    const engine = await openPolicies(config, cli);
    try {
      const report = {
        version: packageVersion(),
        drift: await comparePoints(store, { from, to, engine, now, ...(swaps === undefined ? {} : { swaps }) }),
        threshold: options.failOn ?? config.check.threshold,
      };
      const text = reporter.render(report, { color: cli.color && options.output === undefined });
      writeOutput(cli, [text], options.output);
      return driftExitCode(report);
    } finally {
      await engine.close();
    }
  });
}

/** Undefined where no issuer has ever run. */
async function countSwaps(config: Config, cli: CliContext, { at = '' }: DriftPoint): Promise<MeasuredView['swaps']> {
  const store = await findIssuerState(config, cli);
  if (store === undefined) return undefined;
  try {
    const bindings = await store.read((tables) => tables.bindings.of({}));
    const counts = { planned: 0, bound: 0, swapped: 0, disabled: 0, gone: 0 };
    for (const { stage, createdAt } of bindings) if (createdAt <= at) counts[stage]++;
    return counts;
  } finally {
    await store.close();
  }
}
