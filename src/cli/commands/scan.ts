import { Option } from 'commander';
import { COLLECTORS } from '../../../scanners/collectors.ts';
import { SCANNER_IDS } from '../../../scanners/ids.ts';
import { AppError } from '../../errors.ts';
import { SEVERITIES } from '../../model/finding.ts';
import { REPORTERS } from '../../report/reporters.ts';
import type { CliCommand } from '../command.ts';
import type { CliContext } from '../context.ts';
import type { ScanCommandOptions } from '../scan/options.ts';

/**
 * `lapse scan`: discovers into the inventory, judges the new view, and prints what it found. Or looks at a change only, or at the
 * standard input, which touches no inventory.
 */
export const command: CliCommand = {
  configure(command, cli, exit) {
    command
      .argument('[path...]', 'files, folders and bare repositories to scan; - for the standard input')
      .option(
        '--export <[scanner=]file>',
        'an export of a cloud or cluster, such as aws=details.json; aws-access-advisor=ARN:FILE where it does not say of whom',
        (value: string, previous: readonly string[]) => [...previous, value],
        [],
      )
      .option(
        '--live <provider[=target]>',
        `ask a provider's API, reading only: ${Object.keys(COLLECTORS).join(', ')}`,
        (value: string, previous: readonly string[]) => [...previous, value],
        [],
      )
      .option('--git-history', 'search the history of the repository too: all references')
      .option('--staged', 'look only at what is staged against HEAD, as a hook before a commit does')
      .option('--working-tree', 'look only at what is staged, changed or new against HEAD')
      .option('--range <a..b>', 'look only at what the commits of a range brought')
      .option('--since <date or duration>', 'look only at what commits brought since then: 2026-05-01, 30d')
      .option('--stdin-path <name>', 'what the standard input is called, since rules look at names too', 'stdin')
      .option(
        '--explain <file[:line[:column]]>',
        'say what was considered in a file or at a place, and why it is reported or not; as terminal or json',
      )
      .option(
        '--jobs <number>',
        'threads that read, where there is much to read; as many as there are cores, up to 4',
        readJobs,
      )
      .addOption(
        new Option('--only <scanner...>', 'read only with these: what others found before stays as it was').choices(
          SCANNER_IDS,
        ),
      )
      .option('--no-archives', 'do not look into archives and compressed files')
      .option(
        '--verify',
        'ask the vendors whether the secrets that were found still work; the one option that uses the network',
      )
      .option('--format <format>', REPORTERS.map(({ id, title }) => `${id}: ${title}`).join('; '), 'terminal')
      .option('-o, --output <file>', 'write the report to a file')
      .addOption(
        new Option('--fail-on <severity>', 'lowest severity that makes the exit code 1').choices([
          ...SEVERITIES,
          'none',
        ]),
      )
      .action(async (paths: readonly string[]) => {
        exit(await scan(paths, command.optsWithGlobals<ScanCommandOptions>(), cli));
      });
  },
};

/** @throws AppError ERR_USAGE */
function readJobs(value: string): number {
  if (!/^[1-9]\d?$/.test(value)) {
    throw new AppError('ERR_USAGE', `--jobs ${value}: expected a number from 1 to 99`);
  }
  return Number(value);
}

/** Only the code of the one that is asked for is loaded: a hook must not wait for the other. */
async function scan(paths: readonly string[], options: ScanCommandOptions, cli: CliContext): Promise<number> {
  const { staged, workingTree, range, since } = options;
  if (options.explain !== undefined) return (await import('../scan/explain.ts')).explain(options.explain, options, cli);
  const parts = [staged, workingTree, range, since, paths.includes('-') || undefined].filter(
    (part) => part !== undefined,
  );
  if (parts.length === 0)
    return (await import('../scan/scan-whole.ts')).scanWhole(
      // A provider that is asked by itself is no reason to look around here.
      paths.length === 0 && options.live.length === 0 ? ['.'] : paths,
      options,
      cli,
    );
  if (
    parts.length > 1 ||
    options.export.length > 0 ||
    options.live.length > 0 ||
    options.verify === true ||
    options.only !== undefined
  ) {
    throw new AppError('ERR_USAGE', 'this cannot be asked for together', {
      hint: 'one of --staged, --working-tree, --range, --since and - at a time, without --export, --live, --verify and --only',
    });
  }
  return (await import('../scan/scan-part.ts')).scanPart(paths, options, cli);
}
