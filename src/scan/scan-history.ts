import type { ContentMemory, RememberedFact } from './content-memory.ts';
import type { FileSource } from './file-source.ts';
import {
  HISTORY_UNIT,
  type HistoryContent,
  type HistoryFilesOptions,
  type HistoryListing,
  listHistory,
} from './files-from-history.ts';
import { HistoryFacts } from './history-facts.ts';
import { DEFAULT_MAX_FILE_SIZE } from './open-file.ts';
import { runScan, type ScannedFact, type ScanOptions, type ScanProblem, type ScanResult } from './run.ts';

export interface HistoryScanOptions extends Omit<ScanOptions, 'sources'> {
  readonly history: HistoryFilesOptions;
  /** Its listing, where somebody has asked for it already. */
  readonly listing?: Promise<HistoryListing>;
  /** What earlier scans by the same scanners and limits have read. */
  readonly memory?: ContentMemory;
}

export interface HistoryScan {
  readonly result: ScanResult;
  /** Contents that history has, read now or remembered. */
  readonly contents: number;
  /** What a part of history found there and replaced. */
  readonly replaced: readonly { readonly hash: string; readonly path: string }[];
}

/**
 * Searches what commits brought: reads each content once in its life, and says anew which commits brought and removed what is in
 * it, so that this stays right when history is rewritten. Only scanners that ask for history see it.
 *
 * @throws what the sink throws.
 */
export async function scanHistory(options: HistoryScanOptions): Promise<HistoryScan> {
  const { memory, sink } = options;
  const scanners = options.scanners.filter((scanner) => scanner.history === true);
  const listing = await (options.listing ?? listHistory(options.history));
  const contents = listing.contents.filter(({ size }) => size > 0);
  const known = new Map<string, readonly RememberedFact[]>();
  const remembered = memory?.recall(contents.map(nameOf)) ?? [];
  const unread = contents.filter((content, index) => {
    const facts = remembered[index];
    if (facts !== undefined && facts.length > 0) known.set(keyOf(content), facts);
    return facts === undefined;
  });
  const read = await readContents(unread, { ...options, scanners });
  for (const [key, facts] of read.facts) known.set(key, facts);
  if (memory !== undefined) remember(memory, unread, read);
  const gathered = new Map(scanners.map(({ id }) => [id, new HistoryFacts()]));
  for (const content of contents) {
    for (const { scanner, fact } of known.get(keyOf(content)) ?? [])
      gathered.get(scanner)?.add(HISTORY_UNIT + content.place.path, fact, content);
  }
  await sink(
    [...gathered].flatMap(([scanner, facts]) =>
      [...facts.facts()].map(({ unit, fact }): ScannedFact => ({ ...fact, unit, scanner })),
    ),
  );
  const problems = [...listing.problems, ...read.problems];
  return {
    contents: contents.length,
    replaced: listing.replaced,
    result: {
      ...read.result,
      problems,
      complete: problems.length === 0,
      notices: [...listing.notices, ...read.result.notices],
      used: [...new Set([...read.result.used, ...(memory?.used() ?? [])])].sort(),
    },
  };
}

/** Bytes: git gives less than this as fast as one thread can read it. */
const WORTH_THREADS = 512 * 1024 * 1024;

interface Read {
  readonly result: ScanResult;
  readonly facts: ReadonlyMap<string, readonly RememberedFact[]>;
  readonly problems: readonly ScanProblem[];
  /** Keys of contents that were not read to their end. */
  readonly failed: ReadonlySet<string>;
}

/** The unit of a content is its own while it is read: the file that had it may have had a thousand others. */
async function readContents(contents: readonly HistoryContent[], options: HistoryScanOptions): Promise<Read> {
  const { repository, maxFileSize = DEFAULT_MAX_FILE_SIZE } = options.history;
  const source: FileSource = {
    scopes: [],
    maxFileSize,
    repository,
    async *files() {
      for (const { hash, size, place } of contents)
        yield {
          from: 'blob',
          hash,
          size,
          path: place.path,
          unit: keyOf({ hash, place }),
          commit: place.addedBy.hash,
          history: true,
        };
    },
  };
  const facts = new Map<string, RememberedFact[]>();
  const bytes = contents.reduce((sum, { size }) => sum + size, 0);
  const { pool, ...alone } = options;
  const result = await runScan({
    ...alone,
    ...(pool === undefined || bytes < WORTH_THREADS ? {} : { pool }),
    sources: [source],
    async sink(batch) {
      for (const { unit, scanner, ...fact } of batch) {
        const ofUnit = facts.get(unit);
        if (ofUnit === undefined) facts.set(unit, [{ scanner, fact }]);
        else ofUnit.push({ scanner, fact });
      }
    },
  });
  const byKey = new Map(contents.map((content) => [keyOf(content), content]));
  return {
    result,
    facts,
    failed: new Set(result.problems.map(({ unit }) => unit)),
    problems: result.problems.map(({ location, unit, ...problem }) => {
      const place = byKey.get(unit)?.place;
      return place === undefined
        ? { ...problem, location, unit }
        : { ...problem, location: { ...location, commit: place.addedBy.hash }, unit: HISTORY_UNIT + place.path };
    }),
  };
}

function remember(memory: ContentMemory, contents: readonly HistoryContent[], read: Read): void {
  memory.rememberUsed(read.result.used);
  memory.remember(
    contents.flatMap((content) => {
      const key = keyOf(content);
      const facts = read.facts.get(key) ?? [];
      return read.failed.has(key) || facts.some(changesWithTime) ? [] : [{ ...nameOf(content), facts }];
    }),
  );
}

/** What has an end that has not come yet will be told in another way when it has. */
function changesWithTime({ fact }: RememberedFact): boolean {
  return fact.kind !== 'secret' || fact.body.facts?.expired === false;
}

function nameOf({ hash, place }: HistoryContent): { readonly hash: string; readonly path: string } {
  return { hash, path: place.path };
}

function keyOf({ hash, place }: Pick<HistoryContent, 'hash' | 'place'>): string {
  return `${hash}:${place.path}`;
}
