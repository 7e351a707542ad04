import { existsSync, realpathSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { secretsScannerWith } from '../../../scanners/secrets/index.ts';
import type { Config } from '../../config/config.ts';
import { readBaseline } from '../../config/read-baseline.ts';
import { AppError } from '../../errors.ts';
import { lookAtPart, type Part } from '../../gate/look-at-part.ts';
import { defaultProjectKey, projectFingerprint } from '../../gate/project-fingerprint.ts';
import { readSecretSettings } from '../../gate/secret-settings.ts';
import { parseDuration } from '../../model/duration.ts';
import type { Report } from '../../report/report.ts';
import { findReporter } from '../../report/reporters.ts';
import { exitCodeOf } from '../../report/summary.ts';
import { archiveLimits } from '../../scan/archives/archive-limits.ts';
import { type ChangeOptions, type FilesOfChange, filesOfStaged } from '../../scan/files-from-change.ts';
import { type GitRepository, openRepository } from '../../scan/git/open-repository.ts';
import { origin } from '../../scan/git/origin.ts';
import { resolveCommit } from '../../scan/git/resolve-commit.ts';
import { configFor } from '../config-for.ts';
import type { CliContext } from '../context.ts';
import { writeOutput } from '../output.ts';
import { reportedFindings } from '../reported-findings.ts';
import { packageVersion } from '../version.ts';
import type { ScanCommandOptions } from './options.ts';

/**
 * Looks at a change, a part of history or the standard input for static secrets. The inventory is neither read nor written: what
 * is only a part can end nothing in it. Fingerprints are those of `lapse check`, so that the baseline counts.
 *
 * @throws {AppError} ERR_USAGE, ERR_SCAN_GIT
 */
export async function scanPart(
  paths: readonly string[],
  options: ScanCommandOptions,
  cli: CliContext,
): Promise<number> {
  const reporter = findReporter(options.format);
  const config = await configFor(cli, options);
  const repository = openFor(paths, options, cli);
  try {
    const now = cli.now();
    const baseline = await readBaseline(config);
    const name = config.repository ?? (repository === undefined ? undefined : origin(repository));
    const scanner = await secretsScannerWith(readSecretSettings(config));
    const archives = options.archives ? archiveLimits(config.scan) : undefined;
    const look = await lookAtPart({
      part: await partOf(paths, options, { config, repository, cli }),
      ...(repository === undefined ? {} : { repository }),
      maxFileSize: config.scan.max_file_size,
      scan: {
        scanners: [scanner],
        context: {
          now,
          cluster: config.cluster,
          fingerprint: projectFingerprint(baseline?.key ?? defaultProjectKey(name ?? '')),
          ...(name === undefined ? {} : { repository: name }),
        },
        ...(archives === undefined ? {} : { archives }),
      },
      ...(baseline === undefined ? {} : { baseline }),
      openPolicies: async () => (await import('../policies.ts')).openPolicies(config, cli),
    });
    const report: Report = {
      command: 'scan',
      version: packageVersion(),
      at: now.toISOString(),
      problems: look.problems,
      ...reportedFindings(look, look.policies?.rules),
      notices: look.notices,
      threshold: options.failOn ?? config.check.threshold,
      policyRevision: look.policies?.revision ?? 'nothing-to-judge',
      secrets: look.secrets,
      secretRules:
        look.secrets.length === 0
          ? new Map()
          : (await import('../secret-rules.ts')).secretRulesOf(look.secrets, scanner),
      read: Object.entries(look.result.scanners).flatMap(([id, { formats }]) =>
        Object.entries(formats).map(([format, files]) => ({ scanner: id, format, files })),
      ),
      inventory: look.inventory,
    };
    writeOutput(cli, reporter.render(report, { color: cli.color && options.output === undefined }), options.output);
    return exitCodeOf(report);
  } finally {
    repository?.close();
  }
}

/** Git tells its hooks by `GIT_INDEX_FILE` what is about to be committed, when that is not the usual index. */
function openFor(
  paths: readonly string[],
  { staged }: ScanCommandOptions,
  { cwd, env }: CliContext,
): GitRepository | undefined {
  if (paths.includes('-')) return undefined;
  const [first = '.'] = paths;
  const asked = resolve(cwd, first);
  const repository = openRepository(existsSync(asked) ? asked : cwd, staged === true ? env.GIT_INDEX_FILE : undefined);
  if (repository === undefined) {
    throw new AppError('ERR_USAGE', `${first}: not in a git repository`, {
      hint: 'without --staged, --working-tree, --range and --since, lapse scan looks at any folder',
    });
  }
  return repository;
}

async function partOf(
  paths: readonly string[],
  { staged, workingTree, range, since, stdinPath }: ScanCommandOptions,
  {
    config,
    repository,
    cli,
  }: { readonly config: Config; readonly repository: GitRepository | undefined; readonly cli: CliContext },
): Promise<Part> {
  const { exclude } = config.scan;
  if (repository === undefined) {
    if (paths.length > 1) throw new AppError('ERR_USAGE', 'the standard input is scanned by itself');
    const content = await buffer(cli.stdin);
    return {
      files: [{ from: 'bytes', content, path: stdinPath, unit: stdinPath }],
      replaced: [],
      problems: [],
      notices: [],
    };
  }
  const inside = pathsInside(paths, repository, cli.cwd);
  const part = { repository, exclude, ...(inside === undefined ? {} : { paths: inside }) };
  if (staged === true || workingTree === true) {
    if (repository.bare)
      throw new AppError('ERR_USAGE', `${repository.toplevel}: a bare repository has no changes of its own`);
    const { now: files, ...rest } = await (staged === true ? filesOfStaged(part) : filesOfWorkingTree(part));
    return { files, ...rest };
  }
  const limits = { ...part, maxFileSize: config.scan.max_file_size };
  if (since !== undefined) return { history: { ...limits, since: parseSince(since, cli.now()) } };
  return { history: { ...limits, range: await parseRange(range ?? '', repository) } };
}

/** Loaded only here, since it walks: a hook does without. */
async function filesOfWorkingTree(options: ChangeOptions): Promise<FilesOfChange> {
  return (await import('../../scan/files-from-dirty-tree.ts')).filesOfWorkingTree(options);
}

/** Relative to the top of the repository; undefined for all of it, which is what is meant when none is named. A file that is staged as deleted is on no disk. */
function pathsInside(
  paths: readonly string[],
  { toplevel }: GitRepository,
  cwd: string,
): readonly string[] | undefined {
  const top = realpathSync(cwd);
  const inside = paths.map((path) => {
    const absolute = resolve(top, path);
    const within = relative(toplevel, existsSync(absolute) ? realpathSync(absolute) : absolute);
    if (within === '..' || within.startsWith(`..${sep}`) || isAbsolute(within))
      throw new AppError('ERR_SCAN_PATH_NOT_FOUND', `${path}: lies outside of ${toplevel}`);
    return within.split(sep).join('/');
  });
  return inside.length === 0 || inside.includes('') ? undefined : inside;
}

function parseSince(text: string, now: Date): Date {
  const duration = parseDuration(text);
  const since = duration === undefined ? Date.parse(text) : now.getTime() - duration;
  if (Number.isNaN(since) || !/^\d/.test(text)) {
    throw new AppError('ERR_USAGE', `--since ${JSON.stringify(text)}: expected a date or a duration`, {
      hint: 'such as 2026-05-01, 2026-05-01T12:00:00Z or 30d',
    });
  }
  return new Date(since);
}

/** `A..B`: what B has and A has not; either is `HEAD` when it is left out. */
async function parseRange(
  text: string,
  repository: GitRepository,
): Promise<{ readonly from: string; readonly to: string }> {
  const ends = text.split('..');
  const [from = '', to = ''] = ends;
  if (ends.length !== 2 || to.startsWith('.') || (from === '' && to === '')) {
    throw new AppError('ERR_USAGE', `--range ${JSON.stringify(text)}: expected A..B`, {
      hint: 'the commits that B has and A has not, such as main..HEAD',
    });
  }
  return {
    from: await resolveCommit(repository, from === '' ? 'HEAD' : from),
    to: await resolveCommit(repository, to === '' ? 'HEAD' : to),
  };
}
