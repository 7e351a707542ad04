import type { Baseline } from '../config/baseline.ts';
import type { UnitFact } from '../model/fact.ts';
import type { Finding } from '../model/finding.ts';
import type { Inventory } from '../model/inventory.ts';
import { mergeInventory } from '../model/merge-inventory.ts';
import type { Problem } from '../model/snapshot.ts';
import type { StaticSecret } from '../model/static-secret.ts';
import type { PolicyEngine } from '../policy/engine.ts';
import type { FileRef, FileSource } from '../scan/file-source.ts';
import type { HistoryFilesOptions } from '../scan/files-from-history.ts';
import type { GitRepository } from '../scan/git/open-repository.ts';
import { runScan, type ScanNotice, type ScanOptions, type ScanResult } from '../scan/run.ts';
import { scanHistory } from '../scan/scan-history.ts';
import { type AcceptedFinding, applyBaseline } from './apply-baseline.ts';

/** Files of a change, or a part of history. */
export type Part =
  | {
      readonly files: readonly FileRef[];
      readonly replaced: readonly { readonly hash: string; readonly path: string }[];
      readonly problems: readonly Problem[];
      readonly notices: readonly ScanNotice[];
    }
  | { readonly history: HistoryFilesOptions };

export interface LookOptions {
  readonly part: Part;
  /** Has the blobs of the part. */
  readonly repository?: GitRepository;
  readonly maxFileSize: number;
  readonly scan: Omit<ScanOptions, 'sources' | 'sink'>;
  readonly baseline?: Baseline;
  /** Is called when there is something to judge. */
  openPolicies(): Promise<PolicyEngine>;
}

/** What a part adds. */
export interface Look {
  readonly inventory: Inventory;
  readonly secrets: readonly StaticSecret[];
  readonly added: readonly Finding[];
  readonly accepted: readonly AcceptedFinding[];
  readonly problems: readonly Problem[];
  readonly notices: readonly ScanNotice[];
  readonly result: ScanResult;
  /** Absent when there was nothing to judge. */
  readonly policies?: Pick<PolicyEngine, 'rules' | 'revision'>;
}

/**
 * Finds the static secrets that a part of the whole adds, and judges them. A secret that stands in what the part replaced is not
 * added by it. Nothing is kept: this is a look, not a scan of the source.
 *
 * @throws {AppError} what policies throw while they are compiled.
 */
export async function lookAtPart(options: LookOptions): Promise<Look> {
  const found = await readPart(options);
  const secrets = found.facts.filter(({ kind }) => kind === 'secret');
  const older = secrets.length === 0 ? undefined : await readReplaced(found.replaced, options);
  const added = older === undefined ? secrets : secrets.filter(({ body }) => !older.ids.has(body.id));
  const inventory = mergeInventory(added);
  const common = {
    inventory,
    secrets: [...inventory.secrets.values()],
    notices: found.notices,
    result: found.result,
  };
  // What cannot be read of the older contents takes nothing away from what is told.
  if (added.length === 0) return { ...common, added: [], accepted: [], problems: found.problems };
  // Most looks find nothing: they need not wait for the code that judges.
  const { judge } = await import('../judge/judge.ts');
  const policies = await options.openPolicies();
  try {
    const { now } = options.scan.context;
    const judgement = await judge(inventory, policies, now);
    return {
      ...common,
      ...applyBaseline(judgement.findings, options.baseline, now),
      problems: [...found.problems, ...judgement.problems],
      policies: { rules: policies.rules, revision: policies.revision },
    };
  } finally {
    await policies.close();
  }
}

interface PartRead {
  readonly facts: readonly UnitFact[];
  readonly replaced: readonly { readonly hash: string; readonly path: string }[];
  readonly problems: readonly Problem[];
  readonly notices: readonly ScanNotice[];
  readonly result: ScanResult;
}

async function readPart({ part, repository, maxFileSize, scan }: LookOptions): Promise<PartRead> {
  const facts: UnitFact[] = [];
  const sink = async (batch: readonly UnitFact[]) => void facts.push(...batch);
  if ('history' in part) {
    const { result, replaced } = await scanHistory({ ...scan, sink, history: part.history });
    return { facts, replaced, problems: result.problems, notices: result.notices, result };
  }
  const source = sourceOf(part.files, maxFileSize, repository);
  const result = await runScan({ ...scan, sink, sources: [source] });
  return {
    facts,
    replaced: part.replaced,
    problems: [...part.problems, ...result.problems],
    notices: [...part.notices, ...result.notices],
    result,
  };
}

/** Comments that allow a secret do not count here: what was allowed before is not new either. */
async function readReplaced(
  replaced: PartRead['replaced'],
  { repository, maxFileSize, scan }: LookOptions,
): Promise<{ readonly ids: ReadonlySet<string> }> {
  const ids = new Set<string>();
  const files = replaced.map(({ hash, path }): FileRef => ({ from: 'blob', hash, path, unit: path }));
  await runScan({
    ...scan,
    context: { ...scan.context, honourComments: false },
    sources: [sourceOf(files, maxFileSize, repository)],
    async sink(batch) {
      for (const { body } of batch) ids.add(body.id);
    },
  });
  return { ids };
}

function sourceOf(files: readonly FileRef[], maxFileSize: number, repository: GitRepository | undefined): FileSource {
  return {
    scopes: [],
    maxFileSize,
    ...(repository === undefined ? {} : { repository }),
    async *files() {
      yield* files;
    },
  };
}
