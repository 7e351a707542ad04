import type { Location } from '../model/location.ts';
import type { Problem } from '../model/snapshot.ts';
import type { BlobReader } from './git/blob-reader.ts';
import type { GitRepository } from './git/open-repository.ts';
import type { SourceFile } from './scanner.ts';

interface CommonRef {
  /** As it appears in locations. */
  readonly path: string;
  /** Where facts of this file are filed; see `UnitFact`. */
  readonly unit: string;
  /** Id of the one scanner that must read this file, besides those that recognise it: an export named as `aws=FILE`. */
  readonly expectedScanner?: string;
  /** What it is about, as whoever named it says: some exports do not say themselves. */
  readonly about?: string;
  /** Set where it is read only for itself, or only together with others; see `Gathering`. */
  readonly reading?: 'apart' | 'together';
}

/** A file of the disk. */
export interface DiskFileRef extends CommonRef {
  readonly from: 'disk';
  /** Bytes where the name is no UTF-8. */
  readonly absolute: string | Uint8Array;
  /** For a file that the user named himself, which may be a link. */
  readonly followLink?: boolean;
}

/** A content of the source's repository. */
export interface BlobFileRef extends CommonRef {
  readonly from: 'blob';
  readonly hash: string;
  /** Bytes, where they are known: then it is read before it is opened. */
  readonly size?: number;
  readonly commit?: string;
  /** A content of the past, for scanners that ask for those. */
  readonly history?: true;
}

/** What is at hand already, such as the standard input. */
export interface BytesFileRef extends CommonRef {
  readonly from: 'bytes';
  readonly content: Uint8Array;
}

/** A file that a source lists: plain data, all that is needed to open it, here or in another thread. */
export type FileRef = DiskFileRef | BlobFileRef | BytesFileRef;

/** A file that was opened; whoever opened it closes it. */
export interface OpenFile extends SourceFile {
  readonly unit: string;
  readonly expectedScanner?: string;
  /** The first bytes, as they are. */
  readonly head: Uint8Array;
  /** Reads from any place of a content that is not held; fewer bytes at its end. */
  readAt?(position: number, length: number): Uint8Array;
  close(): void;
}

/** What a source says while it lists its files. */
export interface SourceReport {
  /** Something that could not be listed: the scan goes on and is incomplete. */
  problem(problem: Problem & { readonly cause?: string }, unit: string): void;
  /** Something to know, that leaves nothing out: a line of an ignore file that is of no use. */
  notice?(notice: { readonly message: string; readonly location: Location }): void;
  /** How many files will come, where that is known before they do. */
  expect?(files: number): void;
}

/** Where the files of a scan come from: a working tree, a commit, the index, history, or a list of exports. */
export interface FileSource {
  /**
   * What this source looks at whole, as units: a directory prefix ends in `/` and the empty string is everything. A unit
   * within these that the scan did not meet does not exist any more.
   */
  readonly scopes: readonly string[];
  /** Bytes; larger files are streamed, by the scanners that can. */
  readonly maxFileSize: number;
  /** Has the blobs that are listed. */
  readonly repository?: GitRepository;
  /** Reads them, where one reader serves several sources; whoever made it closes it. */
  readonly blobs?: BlobReader;
  files(report: SourceReport): AsyncGenerator<FileRef>;
}
