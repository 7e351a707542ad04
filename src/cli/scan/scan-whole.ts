import { relative, resolve } from 'node:path';
import type { Config } from '../../config/config.ts';
import { unusedSettings } from '../../gate/unused-settings.ts';
import { type AccessPath, adminPaths } from '../../graph/paths.ts';
import { discover } from '../../jobs/discover.ts';
import { defaultJobs, scanWorkers } from '../../jobs/scan-workers.ts';
import { tellContradictions } from '../../jobs/tell-contradictions.ts';
import { tuneCollector } from '../../jobs/tune-collector.ts';
import { keepVerdicts } from '../../jobs/verify-secrets.ts';
import { type Judged, judgeEach } from '../../judge/judge.ts';
import { isIdentity } from '../../model/identity.ts';
import { pathLines } from '../../report/path-lines.ts';
import type { Report } from '../../report/report.ts';
import { findReporter } from '../../report/reporters.ts';
import { exitCodeOf } from '../../report/summary.ts';
import type { ExportFile } from '../../scan/files-from-exports.ts';
import { openContentMemory } from '../../store/content-memory.ts';
import { contentRevision, programRevision } from '../content-revision.ts';
import type { CliContext } from '../context.ts';
import { discoverOptions } from '../discover-options.ts';
import { writeOutput } from '../output.ts';
import { parseExport } from '../parse-export.ts';
import { openPolicies } from '../policies.ts';
import { progressLine } from '../progress.ts';
import { reportedFindings } from '../reported-findings.ts';
import { secretRulesOf } from '../secret-rules.ts';
import { verify } from '../verify.ts';
import { packageVersion } from '../version.ts';
import { withWorkspace } from '../workspace.ts';
import { closeLive, connectLive } from './connect-live.ts';
import type { ScanCommandOptions } from './options.ts';
import { recordFindings } from './record-findings.ts';

/** Those of the configuration and those of the command line, once each, relative to the configuration. */
function exportsOf(config: Config, asked: readonly ExportFile[], cwd: string): readonly ExportFile[] {
  const files = [
    ...config.exports.map(({ path, scanner }) => ({ path: resolve(config.folder, path), scanner })),
    ...asked.map((file) => ({ ...file, path: resolve(cwd, file.path) })),
  ];
  const byPath = new Map(files.map((file) => [file.path, file]));
  return [...byPath.values()].map(({ scanner, ...file }) => ({
    ...file,
    path: relative(config.folder, file.path),
    ...(scanner === undefined ? {} : { scanner }),
  }));
}

/**
 * Discovers everything below the paths into the inventory and judges the new view. Where paths were named below a root, the report
 * and the exit code are of what stands in them.
 */
export async function scanWhole(
  paths: readonly string[],
  options: ScanCommandOptions,
  cli: CliContext,
): Promise<number> {
  const reporter = findReporter(options.format);
  tuneCollector('reading');
  return withWorkspace(cli, options, async (workspace) => {
    const { config, store, key, contents } = workspace;
    const exports = exportsOf(config, options.export.map(parseExport), cli.cwd);
    const asked = await discoverOptions(workspace, { ...options, paths, exports }, cli);
    const { secrets, settings } = asked;
    const { now } = asked.options;
    const revision = contentRevision(asked.options);
    const memory = asked.options.history ? openContentMemory(contents, revision) : undefined;
    const progress = progressLine(cli, options.quiet);
    const jobs = options.jobs ?? defaultJobs();
    const pool = jobs > 1 ? scanWorkers({ jobs, settings, key }) : undefined;
    const live = await connectLive(options.live, cli);
    const discovery = await discover({
      ...asked.options,
      live,
      revision,
      ...(memory === undefined ? {} : { memory }),
      ...(pool === undefined ? {} : { pool }),
      ...(progress === undefined ? {} : { onProgress: progress.update }),
    }).finally(async () => {
      await closeLive(live);
      memory?.close();
      progress?.end();
      await pool?.close();
      tuneCollector('judging');
    });
    const verified =
      options.verify === true ? await verify(asked.options, { config, rules: secrets.rules() }, cli) : undefined;
    // What vendors said before stays with the secrets that are still there.
    if (verified === undefined) await keepVerdicts(store, now);
    const policies = await openPolicies(config, cli);
    try {
      const inventory = await store.inventory();
      const judgement = await recordFindings(
        { store, revision: policies.revision, program: programRevision(), at: now },
        (sink, memory) => judgeEach(inventory, policies, now, sink, memory),
      );
      const contradictions = await tellContradictions(store, inventory);
      const { seen } = discovery;
      const isAsked = (id: string) => seen?.has(id) !== false;
      const staticSecrets = [...judgement.graph.inventory.secrets.values()].filter(({ id }) => isAsked(id));
      const findings = judgement.findings.filter(({ subject }) => isAsked(subject));
      const report: Report = {
        command: 'scan',
        version: packageVersion(),
        at: now.toISOString(),
        problems: [...discovery.problems, ...(verified?.problems ?? []), ...judgement.problems],
        ...reportedFindings({ added: findings, accepted: [] }, policies.rules, judgement.endOf),
        notices: [
          ...discovery.notices,
          ...contradictions,
          ...(seen === undefined ? unusedSettings(config, discovery.used, now) : []),
        ],
        threshold: options.failOn ?? config.check.threshold,
        policyRevision: policies.revision,
        secrets: staticSecrets,
        secretRules: secretRulesOf(staticSecrets, secrets),
        read: discovery.read,
        inventory: judgement.graph.inventory,
        worstPath: worstPath(judgement, isAsked, now),
      };
      writeOutput(cli, reporter.render(report, { color: cli.color && options.output === undefined }), options.output);
      return exitCodeOf(report);
    } finally {
      await policies.close();
    }
  });
}

/** The shortest firm way from a static secret to an admin; without one, from any principal. */
function worstPath({ graph }: Judged, isAsked: (id: string) => boolean, now: Date): readonly string[] {
  const paths = adminPaths(graph);
  const candidates = (ids: Iterable<string>): readonly AccessPath[] =>
    [...ids].filter(isAsked).flatMap((id) => {
      const path = paths(id);
      return path === undefined || path.steps.length === 0 ? [] : [path];
    });
  const fromSecrets = candidates(graph.inventory.secrets.keys());
  const identities = [...graph.inventory.principals.values()].filter(isIdentity).map(({ id }) => id);
  const all = fromSecrets.length > 0 ? fromSecrets : candidates(identities);
  const [worst] = all.toSorted(
    (a, b) =>
      Number(a.answer !== 'yes') - Number(b.answer !== 'yes') ||
      a.steps.length - b.steps.length ||
      (a.from < b.from ? -1 : 1),
  );
  return worst === undefined ? [] : pathLines(worst, graph, now);
}
