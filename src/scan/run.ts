import { AppError } from '../errors.ts';
import type { Fact, FactKind, UnitFact } from '../model/fact.ts';
import { formatLocation, type Location } from '../model/location.ts';
import type { Problem } from '../model/snapshot.ts';
import type { ArchiveLimits } from './archives/archive-limits.ts';
import { isArchive } from './archives/is-archive.ts';
import { members, type NotRead } from './archives/members.ts';
import { FileOpener } from './file-opener.ts';
import type { FileRef, FileSource, OpenFile } from './file-source.ts';
import { apart, gather } from './gather.ts';
import { mergeResults } from './merge-results.ts';
import { PooledBatches } from './pooled-batches.ts';
import { problemOf } from './problem-of.ts';
import type { ScanPool } from './scan-pool.ts';
import type { ScanContext, Scanner, SourceFile } from './scanner.ts';

/** A fact, the unit it was read from and the scanner that read it. */
export type ScannedFact = UnitFact & { readonly scanner: string };

export interface ScanOptions {
  readonly sources: readonly FileSource[];
  readonly scanners: readonly Scanner[];
  readonly context: Omit<ScanContext, 'emit' | 'problem' | 'notice' | 'used'>;
  /** Takes facts in batches, in the order of units; the scan waits for it, so that nothing piles up. */
  sink(facts: readonly ScannedFact[]): Promise<void>;
  /** Looks into archives and compressed files, for the scanners that ask for their members. */
  readonly archives?: ArchiveLimits;
  /** Reads what is worth it elsewhere, with the same scanners; without it, and where somebody asks why, all is read here. */
  readonly pool?: ScanPool;
  /** Tells of each file that was read whole; see `ScanResult.whole`. */
  readonly tellWhole?: boolean;
  /** Facts per batch. */
  readonly batchSize?: number;
  /** Is called at each file, each member of an archive and each piece of what is streamed: a sign of life. */
  onStep?(): void;
  /** Is told now and then how far the scan is. */
  onProgress?(progress: ScanProgress): void;
}

/** How far a scan is. */
export interface ScanProgress {
  readonly files: number;
  readonly bytes: number;
  /** Files in all, as far as they were listed; 0 while that is not known. */
  readonly expected: number;
}

/** A problem of a scan, with what could not be read because of it. */
export interface ScanProblem extends Problem {
  readonly unit: string;
  /** Absent when no scanner got to see the file. */
  readonly scanner?: string;
  /** What makes it one with others, whatever place each is about: a token that may not read a kind of list. */
  readonly cause?: string;
}

type CausedProblem = Problem & Pick<ScanProblem, 'cause'>;

/** Something to know about what was read, that makes the scan neither incomplete nor fail. */
export interface ScanNotice {
  readonly message: string;
  readonly location: Location;
}

export interface ScannerCounts {
  /** Files and members of archives read, by the format that the scanner calls them. */
  readonly formats: Readonly<Record<string, number>>;
  readonly files: number;
  readonly facts: Readonly<Partial<Record<FactKind, number>>>;
}

export interface ScanResult {
  readonly files: {
    /** Files that the sources listed. */
    readonly seen: number;
    /** Of these, read by at least one scanner. */
    readonly read: number;
    /** Size of those read. */
    readonly bytes: number;
  };
  /** Files that no scanner read, and members of archives that nobody can, by reason. */
  readonly skipped: Readonly<Partial<Record<SkipReason, number>>>;
  readonly scanners: Readonly<Record<string, ScannerCounts>>;
  readonly problems: readonly ScanProblem[];
  readonly notices: readonly ScanNotice[];
  /** What of the configuration suppressed a finding. */
  readonly used: readonly string[];
  /**
   * Files of which nothing was said but facts, facts that come from the content alone: with the same content, the same scanners and
   * the same settings, another scan finds the same. Empty unless asked for.
   */
  readonly whole: readonly ReadFile[];
  /** False when there is a problem: something that belongs to the scan was not read. */
  readonly complete: boolean;
  /** What the scan looked at whole: see `FileSource.scopes`. A unit in `problems` is not covered for its scanner. */
  readonly scopes: readonly string[];
}

/** A file that was read to its end. */
export interface ReadFile {
  readonly unit: string;
  /** Bytes. */
  readonly size: number;
  /** By whom, and what each calls it. */
  readonly formats: readonly (readonly [scanner: string, format: string])[];
}

export type SkipReason = 'binary' | 'not-recognised' | 'unreadable' | 'not-a-file' | NotRead;

const BATCH_SIZE = 500;
const PROGRESS_EVERY = 256;
/** What has less than this is read here: it is not worth the start of a pool. Its threads need all that reads anew. */
const READ_HERE = { files: 2_000, bytes: 4_000_000 };

/**
 * Reads the files of all sources with all scanners that recognise them, each file opened once, and hands facts to the
 * sink. A file that cannot be read, or a scanner that fails on one, becomes a problem; the scan goes on.
 *
 * @throws what the sink throws, and AppError ERR_SCAN_GIT when a source's repository cannot be read at all.
 */
export async function runScan(options: ScanOptions): Promise<ScanResult> {
  const run = new Run(options);
  const parts: ScanResult[] = [];
  for (const source of options.sources) parts.push(...(await run.source(source)));
  await run.flush();
  const scopes = options.sources.flatMap((source) => source.scopes);
  return mergeResults([run.result(scopes), ...parts]);
}

interface Counts {
  formats: Record<string, number>;
  files: number;
  facts: Partial<Record<FactKind, number>>;
}

/** A scanner of the run, what it has read, and what it is given with every file. */
interface Reader {
  readonly counts: Counts;
  readonly context: ScanContext;
}

class Run {
  readonly #options: ScanOptions;
  readonly #batchSize: number;
  readonly #readers = new Map<Scanner, Reader>();
  readonly #problems: ScanProblem[] = [];
  readonly #notices: ScanNotice[] = [];
  readonly #used = new Set<string>();
  readonly #skipped: Partial<Record<SkipReason, number>> = {};
  #batch: ScannedFact[] = [];
  /** A failure of the sink ends the scan, also where it interrupts a scanner's stream. */
  #sinkFailed = false;
  #seen = 0;
  #read = 0;
  #bytes = 0;
  #expected = 0;
  /** What a pool has read. */
  readonly #elsewhere = { files: 0, bytes: 0 };
  readonly #whole: ReadFile[] = [];
  /** By whom the file that is read now was read, and whether another scan of it would say the same. */
  #reading: { formats: [string, string][]; repeatable: boolean } = { formats: [], repeatable: true };
  /** What is read now. */
  #current: Pick<OpenFile, 'path' | 'unit'> = { path: '', unit: '' };

  constructor(options: ScanOptions) {
    this.#options = options;
    this.#batchSize = options.batchSize ?? BATCH_SIZE;
    for (const scanner of options.scanners) this.#readers.set(scanner, this.#reader(scanner));
  }

  #tellProgress(): void {
    const { files, bytes } = this.#elsewhere;
    this.#options.onProgress?.({ files: this.#seen + files, bytes: this.#bytes + bytes, expected: this.#expected });
  }

  /** Reads a source; gives what a pool has read of it. */
  async source(source: FileSource): Promise<readonly ScanResult[]> {
    const opener = new FileOpener(source);
    const problem = (problem: CausedProblem, unit: string) => this.#unreadable(problem, unit);
    const notice = (told: ScanNotice) => this.#notices.push(told);
    const expect = (files: number) => {
      this.#expected += files;
    };
    const together: FileRef[] = [];
    const refs = apart(source.files({ problem, notice, expect }), this.#options.scanners, together);
    try {
      const { pool, context } = this.#options;
      if (pool === undefined || context.trace !== undefined || context.reveal !== undefined) {
        for await (const ref of opener.ahead(refs)) await this.#ref(ref, opener, source.maxFileSize);
        await this.#gather(together, source);
        return [];
      }
      const batches = this.#pooled(pool, source);
      const first = await take(refs, READ_HERE.files);
      const bytes = this.#bytes;
      let here = first.length < READ_HERE.files;
      for await (const ref of here ? opener.ahead(first) : chain(first, refs)) {
        if (here) await this.#ref(ref, opener, source.maxFileSize);
        else await batches.add({ ...ref, reading: 'apart' });
        if (!here || this.#bytes - bytes < READ_HERE.bytes) continue;
        here = false;
        opener.close();
      }
      const results = await batches.end();
      await this.#gather(together, source);
      return results;
    } finally {
      opener.close();
    }
  }

  /** Reads what scanners read together. Nobody else does: it is little, and one file may name any other. */
  async #gather(refs: readonly FileRef[], source: FileSource): Promise<void> {
    for (const scanner of this.#options.scanners) {
      const reader = this.#readers.get(scanner);
      if (reader === undefined || scanner.gathers === undefined) continue;
      const opener = new FileOpener(source);
      try {
        await gather({
          gathering: scanner.gathers,
          refs,
          opener,
          contextOf: (ref) => this.#context(scanner, reader.counts, () => ref),
          failed: (error, ref) => {
            if (this.#sinkFailed) throw error;
            this.#problems.push(this.#problem(problemOf(error, { path: ref.path }), ref, scanner));
          },
        });
      } finally {
        opener.close();
      }
      if (this.#batch.length >= this.#batchSize) await this.flush();
    }
  }

  async #ref(ref: FileRef, opener: FileOpener, maxFileSize: number): Promise<void> {
    if (this.#seen > 0 && this.#seen % PROGRESS_EVERY === 0) this.#tellProgress();
    const file = await opener.open(ref).catch((error: unknown) => {
      if (!(error instanceof AppError) || error.code !== 'ERR_SCAN_UNREADABLE') throw error;
      this.#unreadable(problemOf(error, { path: ref.path }), ref.unit);
      return null;
    });
    if (file === null) return;
    if (file === undefined) this.#notAFile(ref);
    else await this.#file(file, maxFileSize);
  }

  #pooled(pool: ScanPool, source: FileSource): PooledBatches {
    const { scanners, archives, context, tellWhole } = this.#options;
    const { now, cluster, repository, honourComments } = context;
    return new PooledBatches({
      pool,
      batch: {
        source: {
          maxFileSize: source.maxFileSize,
          ...(source.repository === undefined ? {} : { repository: source.repository }),
        },
        scanners: scanners.map(({ id }) => id),
        context: {
          now,
          cluster,
          ...(repository === undefined ? {} : { repository }),
          ...(honourComments === undefined ? {} : { honourComments }),
        },
        ...(archives === undefined ? {} : { archives }),
        ...(tellWhole === undefined ? {} : { tellWhole }),
      },
      take: async (facts) => {
        this.#batch.push(...facts);
        if (this.#batch.length >= this.#batchSize) await this.flush();
      },
      done: ({ files }) => {
        this.#elsewhere.files += files.seen;
        this.#elsewhere.bytes += files.bytes;
        this.#tellProgress();
      },
    });
  }

  #unreadable(problem: CausedProblem, unit: string): void {
    this.#seen++;
    this.#skip('unreadable');
    this.#problems.push({ ...problem, unit });
  }

  /** A device or a pipe in a tree is nothing to read; one that the user names is a mistake. */
  #notAFile(ref: FileRef): void {
    const { path, unit } = ref;
    if (ref.from === 'disk' && ref.followLink === true)
      this.#unreadable({ code: 'ERR_SCAN_UNREADABLE', message: `${path}: is not a file`, location: { path } }, unit);
    else {
      this.#seen++;
      this.#skip('not-a-file');
    }
  }

  async #file(file: OpenFile, maxFileSize: number): Promise<void> {
    this.#seen++;
    this.#reading = { formats: [], repeatable: true };
    try {
      await this.#readFile(file, maxFileSize);
    } finally {
      file.close();
    }
    const { formats, repeatable } = this.#reading;
    if (this.#options.tellWhole === true && repeatable && formats.length > 0)
      this.#whole.push({ unit: file.unit, size: file.size, formats });
  }

  async #readFile(file: OpenFile, maxFileSize: number): Promise<void> {
    const { scanners, archives } = this.#options;
    let read: boolean;
    if (archives === undefined || !isArchive(file)) read = await this.#readBy(scanners, file);
    else {
      read = await this.#readBy(
        scanners.filter((scanner) => scanner.members !== true),
        file,
      );
      if (await this.#readMembers(file, { limits: archives, maxFileSize })) read = true;
    }
    if (read) {
      this.#read++;
      this.#bytes += file.size;
    } else this.#skip(file.binary ? 'binary' : 'not-recognised');
  }

  async #readMembers(file: OpenFile, options: { limits: ArchiveLimits; maxFileSize: number }): Promise<boolean> {
    const scanners = this.#options.scanners.filter((scanner) => scanner.members === true);
    if (scanners.length === 0) return false;
    let read = false;
    this.#reading.repeatable = false;
    const content = members(file, {
      ...options,
      notRead: (reason, { count, ...notice }) => {
        this.#skip(reason, count);
        this.#notices.push(notice);
      },
      problem: (problem) => this.#problems.push(...scanners.map((scanner) => this.#problem(problem, file, scanner))),
    });
    for await (const member of content) if (await this.#readBy(scanners, member)) read = true;
    return read;
  }

  /** Reads a file with those that recognise it; false when none does. */
  async #readBy(scanners: readonly Scanner[], file: OpenFile): Promise<boolean> {
    let read = false;
    this.#options.onStep?.();
    for (const scanner of scanners) {
      if (file.history !== undefined && scanner.history !== true) continue;
      const format = this.#recognise(scanner, file);
      if (format === undefined) continue;
      read = true;
      await this.#readWith(scanner, format, file);
      if (this.#batch.length >= this.#batchSize) await this.flush();
    }
    return read;
  }

  #recognise(scanner: Scanner, file: OpenFile): string | undefined {
    try {
      const format = scanner.recognise(file);
      if (format === undefined && file.expectedScanner === scanner.id) {
        const message = `${file.path}: is not an export that the ${scanner.id} scanner can read`;
        this.#problems.push(
          this.#problem({ code: 'ERR_SCAN_SYNTAX', message, location: { path: file.path } }, file, scanner),
        );
      }
      return format;
    } catch (error) {
      this.#problems.push(this.#problem(problemOf(error, { path: file.path }), file, scanner));
      return undefined;
    }
  }

  #reader(scanner: Scanner): Reader {
    const counts: Counts = { formats: {}, files: 0, facts: {} };
    return { counts, context: this.#context(scanner, counts, () => this.#current) };
  }

  /** @param current - what is read. */
  #context(scanner: Scanner, counts: Counts, current: () => Pick<OpenFile, 'path' | 'unit'>): ScanContext {
    const { now } = this.#options.context;
    const once = () => {
      this.#reading.repeatable = false;
    };
    return {
      ...this.#options.context,
      get now() {
        once();
        return now;
      },
      emit: (fact: Fact) => {
        counts.facts[fact.kind] = (counts.facts[fact.kind] ?? 0) + 1;
        this.#batch.push({ ...fact, unit: current().unit, scanner: scanner.id });
      },
      notice: (notice) => {
        once();
        this.#notices.push(notice);
      },
      used: (name) => {
        once();
        this.#used.add(name);
      },
      problem: ({ code = 'ERR_SCAN_SYNTAX', message, location, cause }) => {
        const { path } = current();
        const place = formatLocation(location);
        const named = message.startsWith(path) ? message : `${place}: ${message}`;
        const told = { code, message: named, location, ...(cause === undefined ? {} : { cause }) };
        this.#problems.push(this.#problem(told, current(), scanner));
      },
    };
  }

  async #readWith(scanner: Scanner, format: string, file: OpenFile): Promise<void> {
    const reader = this.#readers.get(scanner);
    if (reader === undefined) return;
    const { counts, context } = reader;
    counts.files++;
    counts.formats[format] = (counts.formats[format] ?? 0) + 1;
    this.#reading.formats.push([scanner.id, format]);
    if (scanner.gathers?.includes(file.path) === 'read') {
      // What it says depends on other files.
      this.#reading.repeatable = false;
      return;
    }
    this.#current = file;
    try {
      // What is at hand whole comes in one piece: nothing waits for another.
      await scanner.read(file.content === undefined ? this.#withBackPressure(file) : file, context);
    } catch (error) {
      if (this.#sinkFailed) throw error;
      this.#problems.push(this.#problem(problemOf(error, { path: file.path }), file, scanner));
    }
  }

  /** A scanner that streams waits for its next chunk until the sink has taken what the last one gave. */
  #withBackPressure(file: OpenFile): SourceFile {
    const flushWhenFull = async () => {
      this.#options.onStep?.();
      if (this.#batch.length >= this.#batchSize) await this.flush();
    };
    return {
      path: file.path,
      size: file.size,
      binary: file.binary,
      head: file.head,
      get text() {
        return file.text;
      },
      ...(file.commit === undefined ? {} : { commit: file.commit }),
      ...(file.history === undefined ? {} : { history: file.history }),
      readText: () => file.readText(),
      async *stream() {
        for await (const chunk of file.stream()) {
          yield chunk;
          await flushWhenFull();
        }
      },
    };
  }

  #problem(problem: CausedProblem, file: Pick<OpenFile, 'unit'>, scanner: Scanner): ScanProblem {
    this.#reading.repeatable = false;
    return { ...problem, unit: file.unit, scanner: scanner.id };
  }

  #skip(reason: SkipReason, count = 1): void {
    this.#skipped[reason] = (this.#skipped[reason] ?? 0) + count;
  }

  async flush(): Promise<void> {
    if (this.#batch.length === 0) return;
    const batch = this.#batch;
    this.#batch = [];
    this.#sinkFailed = true;
    for (let start = 0; start < batch.length; start += this.#batchSize) {
      await this.#options.sink(batch.slice(start, start + this.#batchSize));
    }
    this.#sinkFailed = false;
  }

  result(scopes: readonly string[]): ScanResult {
    return {
      files: { seen: this.#seen, read: this.#read, bytes: this.#bytes },
      skipped: this.#skipped,
      scanners: Object.fromEntries([...this.#readers].map(([{ id }, { counts }]) => [id, counts])),
      problems: this.#problems,
      notices: this.#notices,
      used: [...this.#used].sort(),
      whole: this.#whole,
      complete: this.#problems.length === 0,
      scopes,
    };
  }
}

/** The first of them, at most so many; whoever goes on gets the others. */
async function take<Item>(items: AsyncIterable<Item> & AsyncIterator<Item>, most: number): Promise<Item[]> {
  const taken: Item[] = [];
  while (taken.length < most) {
    const next = await items.next();
    if (next.done === true) break;
    taken.push(next.value);
  }
  return taken;
}

async function* chain<Item>(first: Iterable<Item>, rest: AsyncIterable<Item>): AsyncGenerator<Item> {
  yield* first;
  yield* rest;
}
