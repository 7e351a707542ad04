import type { Problem } from '../model/snapshot.ts';
import type { SourceFile } from './scanner.ts';

/** A file that a source has opened; the run closes it. */
export interface OpenFile extends SourceFile {
  /** Where facts of this file are filed; see `UnitFact`. */
  readonly unit: string;
  /** Id of the one scanner that must read this file, besides those that recognise it: an export named as `aws=FILE`. */
  readonly expectedScanner?: string;
  close(): void;
}

/** What a source says while it lists its files. */
export interface SourceReport {
  /** Something that could not be opened: the scan goes on and is incomplete. */
  problem(problem: Problem, unit: string): void;
  /** A file that is left out on purpose, by the reason. */
  skipped(reason: 'not-a-file' | 'unchanged'): void;
}

/** Where the files of a scan come from: a working tree, a commit, the index, history, or a list of exports. */
export interface FileSource {
  /**
   * What this source looks at whole, as units: a directory prefix ends in `/` and the empty string is everything. A unit
   * within these that the scan did not meet does not exist any more.
   */
  readonly scopes: readonly string[];
  files(report: SourceReport): AsyncIterable<OpenFile>;
}
