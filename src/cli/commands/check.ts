import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Option } from 'commander';
import { scannersWith } from '../../../scanners/index.ts';
import type { Baseline } from '../../config/baseline.ts';
import { STATE_FOLDER } from '../../config/load-config.ts';
import { AppError } from '../../errors.ts';
import { type CheckOutcome, checkChange } from '../../gate/check-change.ts';
import type { UnitFact } from '../../model/fact.ts';
import { SEVERITIES, type Severity } from '../../model/finding.ts';
import type { StaticSecret } from '../../model/static-secret.ts';
import type { Report } from '../../report/report.ts';
import { findReporter, REPORTERS } from '../../report/reporters.ts';
import { exitCodeOf } from '../../report/summary.ts';
import { openRepository } from '../../scan/git/open-repository.ts';
import { origin } from '../../scan/git/origin.ts';
import type { SecretScanner } from '../../scan/secrets/secret-scanner.ts';
import { stateDir } from '../../store/state-dir.ts';
import type { CliCommand, GlobalOptions } from '../command.ts';
import type { CliContext } from '../context.ts';
import { writeOutput } from '../output.ts';
import { openGatePolicies } from '../policies.ts';
import { reportedFindings } from '../reported-findings.ts';
import { secretRulesOf } from '../secret-rules.ts';
import { packageVersion } from '../version.ts';

interface CheckCommandOptions extends GlobalOptions {
  readonly base?: string;
  readonly all?: boolean;
  readonly baseline?: string;
  readonly format: string;
  readonly output?: string;
  readonly failOn?: Severity | 'none';
}

/** `lapse check`: the pre-merge gate. */
export const command: CliCommand = {
  configure(command, cli, exit) {
    command
      .argument('[path]', 'a folder in the repository', '.')
      .option('--base <ref>', 'compare with the merge base of HEAD and this ref; the main branch when left out')
      .option('--all', 'judge everything that is there, not only what a change adds; for the repository’s owner')
      .option('--baseline <file>', 'accepted findings that you trust, in place of the base’s lapse-baseline.yaml')
      .option('--format <format>', REPORTERS.map(({ id, title }) => `${id}: ${title}`).join('; '), 'terminal')
      .option('-o, --output <file>', 'write the report to a file')
      .addOption(
        new Option('--fail-on <severity>', 'lowest severity that fails the check').choices([...SEVERITIES, 'none']),
      )
      .action(async (path: string) => {
        exit(await check(path, command.optsWithGlobals<CheckCommandOptions>(), cli));
      });
  },
};

async function check(path: string, options: CheckCommandOptions, cli: CliContext): Promise<number> {
  const reporter = findReporter(options.format);
  const repository = openRepository(resolve(cli.cwd, path));
  if (repository === undefined) {
    throw new AppError('ERR_USAGE', `${path}: not in a git repository`, {
      hint: 'lapse check compares a change with its base; lapse scan looks at any folder',
    });
  }
  try {
    const { GITHUB_BASE_REF: targetBranch } = cli.env;
    const baseline = options.baseline === undefined ? undefined : await readBaseline(options.baseline, cli);
    let secretScanner: SecretScanner | undefined;
    const outcome = await checkChange({
      repository,
      scannersWith: async (settings) => {
        const made = await scannersWith(settings);
        secretScanner = made.secrets;
        return made.all;
      },
      now: cli.now(),
      known: await knownFacts(repository.toplevel, origin(repository), options.store, cli),
      openPolicies: (policies) => openGatePolicies(policies, cli),
      everything: options.all === true,
      ...(options.base === undefined ? {} : { base: options.base }),
      ...(targetBranch === undefined ? {} : { targetBranch }),
      ...(baseline === undefined ? {} : { baseline }),
    });
    const secrets = secretsOf(outcome);
    const report = toReport(
      outcome,
      { options, secrets, secretRules: secretRulesOf(secrets, secretScanner) },
      cli.now(),
    );
    if (options.quiet !== true) cli.stderr.write(`base: ${describeBase(outcome)}\n`);
    writeOutput(cli, reporter.render(report, { color: cli.color && options.output === undefined }), options.output);
    return exitCodeOf(report);
  } finally {
    repository.close();
  }
}

/** What an inventory on this machine knows of clouds and clusters. A check works without one, and writes nothing to it. */
async function knownFacts(
  toplevel: string,
  repository: string | undefined,
  store: string | undefined,
  cli: CliContext,
): Promise<readonly UnitFact[]> {
  const file = store === undefined ? stateDir(join(toplevel, STATE_FOLDER)).inventory : resolve(cli.cwd, store);
  if (!existsSync(file)) return [];
  const { openInventoryStore } = await import('../../store/inventory/open-inventory-store.ts');
  const inventory = await openInventoryStore(file);
  const facts: UnitFact[] = [];
  try {
    for await (const row of inventory.facts()) {
      const { source } = row;
      const own = source.endsWith(`:${repository ?? toplevel}`) || source.endsWith(`:${toplevel}`);
      if (own || row.kind === 'finding' || row.kind === 'secret') continue;
      facts.push(row);
    }
  } finally {
    await inventory.close();
  }
  return facts;
}

async function readBaseline(file: string, cli: CliContext): Promise<Baseline> {
  let text: string;
  try {
    text = readFileSync(resolve(cli.cwd, file), 'utf8');
  } catch (cause) {
    throw new AppError('ERR_BASELINE_INVALID', `${file}: cannot be read`, { cause });
  }
  const { parseBaseline } = await import('../../config/baseline.ts');
  return parseBaseline(text, file);
}

/** The static secrets that the findings of a check are about. */
function secretsOf({ added, accepted, after }: CheckOutcome): readonly StaticSecret[] {
  const subjects = new Set([...added, ...accepted.map(({ finding }) => finding)].map(({ subject }) => subject));
  return [...after.graph.inventory.secrets.values()].filter(({ id }) => subjects.has(id));
}

interface ReportParts extends Pick<Report, 'secrets' | 'secretRules'> {
  readonly options: CheckCommandOptions;
}

function toReport(outcome: CheckOutcome, { options, secrets, secretRules }: ReportParts, now: Date): Report {
  return {
    command: 'check',
    version: packageVersion(),
    at: now.toISOString(),
    problems: outcome.problems,
    ...reportedFindings(outcome, outcome.rules),
    notices: outcome.notices,
    threshold: options.failOn ?? outcome.config.check.threshold,
    policyRevision: outcome.policyRevision,
    secrets,
    secretRules,
    read: [],
  };
}

function describeBase({ base }: CheckOutcome): string {
  return base.commit === undefined ? `nothing (${base.because})` : `${base.commit.slice(0, 12)} (${base.because})`;
}
