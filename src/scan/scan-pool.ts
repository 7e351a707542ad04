import type { ArchiveLimits } from './archives/archive-limits.ts';
import type { FileRef, FileSource } from './file-source.ts';
import type { ScannedFact, ScanResult } from './run.ts';
import type { ScanContext } from './scanner.ts';

/** Files to read, and everything that is needed to read them elsewhere: plain data. */
export interface ReadBatch {
  readonly refs: readonly FileRef[];
  readonly source: Pick<FileSource, 'maxFileSize' | 'repository'>;
  /** Ids of the scanners that read them. */
  readonly scanners: readonly string[];
  readonly context: Pick<ScanContext, 'now' | 'cluster' | 'repository' | 'honourComments'>;
  readonly archives?: ArchiveLimits;
  /** Tells of each file that was read whole; see `ScanResult.whole`. */
  readonly tellWhole?: boolean;
}

/** What comes back of a batch. */
export interface BatchReading {
  /** In the order of the files. Who reads them slowly slows the batch down: little is gathered. */
  facts(): AsyncIterable<readonly ScannedFact[]>;
  /** After the last fact. Problems are in the order of the files too. */
  result(): ScanResult;
}

/** Reads files with the scanners it knows, several batches at a time. */
export interface ScanPool {
  /** How many batches may be under way. */
  readonly size: number;
  read(batch: ReadBatch): BatchReading;
}
