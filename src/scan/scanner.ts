import type { Fact } from '../model/fact.ts';
import type { Location } from '../model/location.ts';
import type { SecretValue } from '../model/secret-value.ts';
import type { StaticSecret } from '../model/static-secret.ts';
import type { ConsideredInFile } from './secrets/trace.ts';

/** The beginning of a file, enough to say what it is. */
export interface FileHead {
  /** Relative to the root of the scan, with `/`. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Up to the first 64 KiB, decoded (BOM honoured, UTF-8 otherwise, invalid bytes replaced). */
  readonly text: string;
  /** NUL bytes in the beginning and no byte order mark of UTF-16 or UTF-32. */
  readonly binary: boolean;
  /** The bytes of `text`, for who can tell by a few of them that the file is none of its: most files are decoded by nobody. */
  readonly head: Uint8Array;
}

/** A file as scanners see it, from the working tree, from a commit or from an export. */
export interface SourceFile extends FileHead {
  /** All bytes, where they are at hand. They are only good until the file is read. */
  readonly content?: Uint8Array;
  /** The whole content; fails with ERR_SCAN_LIMIT above the configured size. */
  readText(): Promise<string>;
  /** The content in chunks, for what is too large to hold. */
  stream(): AsyncIterable<Uint8Array>;
  /** Set when the content is that of a commit. */
  readonly commit?: string;
  /** Set when the content was met in history: whoever lists history says later which commits brought it and took it away. */
  readonly history?: true;
  /** Set when the content is of images that were saved: their names and tags. */
  readonly image?: string;
  /** What an export is about, as the user says: the answers of some calls do not name what was asked about. */
  readonly about?: string;
}

/** What a scanner is given beside the file. */
export interface ScanContext {
  /** Hands a fact on; it goes to the store in batches. */
  emit(fact: Fact): void;
  /**
   * Reports something that looks like this scanner's and cannot be read: the scan goes on and ends incomplete (exit 3).
   * It is ERR_SCAN_SYNTAX, or ERR_SCAN_LIMIT where it is too much of something. Problems of one `cause` are told as one.
   */
  problem(problem: {
    code?: 'ERR_SCAN_SYNTAX' | 'ERR_SCAN_LIMIT';
    message: string;
    location: Location;
    cause?: string;
  }): void;
  /** Says that something of the configuration suppressed a finding: what never does is told as unused. */
  used?(name: string): void;
  /** Says something that whoever runs the scan should know, and that makes it neither incomplete nor fail. */
  notice?(notice: { message: string; location: Location }): void;
  /**
   * Is told why what was looked at is reported or not, when somebody asked (`lapse scan --explain`). Such a run reads in its
   * own thread.
   */
  trace?(considered: ConsideredInFile): void;
  /** The clock of the run. */
  readonly now: Date;
  /** `owner/name` of the repository that is scanned, when it is known (its `origin`, or configured). */
  readonly repository?: string;
  /** Name that Kubernetes objects are filed under, since no export has it; configured, else `cluster`. */
  readonly cluster: string;
  /** Fingerprint of secret material under the store's key. The only thing a scanner may keep of a secret. */
  fingerprint(value: string): string;
  /**
   * Is told the value of each static secret that is emitted, where the run has a use for it: asking a vendor whether it
   * still works. Such a run reads in its own thread, so that no value is ever passed between threads.
   */
  reveal?(secret: StaticSecret, value: SecretValue): void;
  /**
   * False where what is scanned must not decide what is reported, such as a change that is gated: then suppressing
   * comments (`lapse:allow`) are not honoured. True by default.
   */
  readonly honourComments?: boolean;
}

/** A file that is read together with others. */
export interface GatheredFile {
  readonly path: string;
  /**
   * Opens it for as long as it is used; undefined for what is no regular file.
   *
   * @throws AppError ERR_SCAN_UNREADABLE
   */
  use<Result>(read: (file: SourceFile) => Promise<Result>): Promise<Result | undefined>;
}

/** Files that only together say what they mean, such as the sources of a module of Terraform. */
export interface Gathering {
  /**
   * By its path alone: `read` for a file whose facts these are; `named` for one that those may name, which is read for itself too;
   * undefined for any other. A file of more than 64 KiB is no `named` one: a scan of what changed does not open it again.
   */
  includes(path: string): 'read' | 'named' | undefined;
  /**
   * Reads all files of a source that it includes, in the order of the source, once all are listed. It is never given what the source
   * left out, so that no path in a file leads out of what is scanned.
   *
   * @param contextOf - what is said of a file, which is one that it reads.
   */
  read(files: readonly GatheredFile[], contextOf: (path: string) => ScanContext): Promise<void>;
}

/**
 * One source of facts. Built-in scanners live in `scanners/<id>/`, listed in `scanners/index.ts`; users' own scanners
 * are modules that export the same.
 */
export interface Scanner {
  readonly id: string;
  readonly title: string;
  /** Whether contents of past commits mean something to it: a secret stays leaked, a grant of the past is none. */
  readonly history?: boolean;
  /** What it reads together; its `read` is not asked for those. */
  readonly gathers?: Gathering;
  /** Whether it wants what archives hold, instead of the archives: a secret is one there too, an export is meant to be read. */
  readonly members?: boolean;
  /**
   * Whether this file is one that the scanner reads, by content and not only by name. Returns a format name for reports
   * (`credential-report`), or undefined. Must be cheap, and right on a truncated `text`. Several scanners may claim a file.
   */
  recognise(head: FileHead): string | undefined;
  /**
   * Reads the file. Throws AppError ERR_SCAN_SYNTAX with `file:line:column` in the message and the location in
   * `details.location` when the file is broken as a whole; uses `context.problem` for a part of it.
   */
  read(file: SourceFile, context: ScanContext): Promise<void>;
}
