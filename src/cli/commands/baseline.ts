import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { scannersWith } from '../../../scanners/index.ts';
import { type AcceptedEntry, type Baseline, parseBaseline, renderBaseline } from '../../config/baseline.ts';
import { loadConfig } from '../../config/load-config.ts';
import { readBaseline } from '../../config/read-baseline.ts';
import { AppError } from '../../errors.ts';
import { checkChange } from '../../gate/check-change.ts';
import type { Problem } from '../../model/snapshot.ts';
import { openRepository } from '../../scan/git/open-repository.ts';
import type { CliCommand, GlobalOptions } from '../command.ts';
import type { CliContext } from '../context.ts';
import { openGatePolicies } from '../policies.ts';

interface BaselineOptions extends GlobalOptions {
  readonly base?: string;
  readonly reason: string;
  readonly owner: string;
  readonly expires: string;
  readonly rule: readonly string[];
}

/** `lapse baseline`: accepts what a check reports now, with reason, owner and expiry. Expired and fixed entries are dropped. */
export const command: CliCommand = {
  configure(command, cli, exit) {
    command
      .option('--base <ref>', 'accept what the change since this ref adds; without it, everything that is there now')
      .requiredOption('--reason <text>', 'why this is accepted')
      .requiredOption('--owner <name>', 'who answers for it')
      .requiredOption('--expires <date>', 'YYYY-MM-DD; after this day the findings count again')
      .option('--rule <id>', 'only findings of this rule; may be given several times', collect, [])
      .action(async () => {
        await acceptFindings(command.optsWithGlobals<BaselineOptions>(), cli);
        exit(0);
      });
  },
};

function collect(value: string, previous: readonly string[]): readonly string[] {
  return [...previous, value];
}

async function acceptFindings(options: BaselineOptions, cli: CliContext): Promise<void> {
  const repository = openRepository(cli.cwd);
  if (repository === undefined) throw new AppError('ERR_USAGE', `${cli.cwd}: not in a git repository`);
  try {
    const config = await loadConfig({ cwd: repository.toplevel });
    const file = resolve(config.folder, config.check.baseline);
    const current = await readBaseline(config);
    const outcome = await checkChange({
      repository,
      scannersWith: async (settings) => (await scannersWith(settings)).all,
      known: [],
      now: cli.now(),
      openPolicies: (policies) => openGatePolicies(policies, cli),
      ...(options.base === undefined ? { everything: true } : { base: options.base }),
      ...(current === undefined ? {} : { baseline: current }),
    });
    const accepted = outcome.added
      .filter(({ rule }) => options.rule.length === 0 || options.rule.includes(rule))
      .map(({ fingerprint, rule, severity, subjectName, location }): AcceptedEntry => {
        const { reason, owner, expires } = options;
        const subject = location === undefined ? subjectName : `${subjectName} in ${location.path}`;
        return { fingerprint, rule, severity, subject, reason, owner, expires };
      });
    const kept = options.base === undefined ? outcome.accepted.map(({ entry }) => entry) : (current?.accepted ?? []);
    const unreadable = [...(current?.unreadable ?? []), ...unreadableNow(outcome.problems, options)];
    const baseline: Baseline = { version: 1, key: outcome.projectKey, accepted: [...kept, ...accepted], unreadable };
    const text = renderBaseline(baseline);
    // What is written must be what a check can read: a bad date is told now, by the same rules.
    parseBaseline(text, config.check.baseline);
    writeFileSync(file, text);
    cli.stderr.write(`${file}: ${accepted.length} accepted, ${kept.length} kept\n`);
    cli.stderr.write('it counts for changes once it is in their base\n');
  } finally {
    repository.close();
  }
}

/** Only a whole baseline accepts what cannot be read: of a change, that is for its author to mend. */
function unreadableNow(
  problems: readonly Problem[],
  { base, reason, owner, expires }: BaselineOptions,
): Baseline['unreadable'] {
  if (base !== undefined) return [];
  const paths = new Set(problems.map(({ location }) => location.path));
  return [...paths].sort().map((path) => ({ path, reason, owner, expires }));
}
