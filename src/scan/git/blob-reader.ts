import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { AppError } from '../../errors.ts';
import type { GitRepository } from './open-repository.ts';
import { startGit } from './run-git.ts';

/** A blob as it was read: whole, or its beginning when it is larger than was asked for. */
export interface BlobContent {
  /** Bytes of the whole. */
  readonly size: number;
  readonly bytes: Buffer;
}

export interface BlobLimits {
  /** Up to this many bytes a blob is given whole. */
  readonly whole: number;
  /** Of a larger one, so many are given. */
  readonly head: number;
}

interface Reply {
  readonly limits: BlobLimits;
  resolve(content: BlobContent | undefined): void;
  reject(error: unknown): void;
}

/** A content on its way: what is kept of it, and how much git still sends, without the newline that ends it. */
interface Arriving {
  /** Bytes to keep: all, the first ones, or none of what is no blob. */
  readonly keep: number | undefined;
  readonly size: number;
  /** Made when it does not come in one piece. */
  kept: Buffer | undefined;
  filled: number;
  left: number;
}

/** Hashes. */
const ASKED_AT_ONCE = 16;
const NEWLINE = 10;
const NOTHING = Buffer.alloc(0);

/**
 * Reads blobs by hash from one `git cat-file --batch`. Reading several at once is what makes it fast: git works on the next while
 * the last is looked at. Memory is that of the contents that were asked for and are not taken yet.
 */
export class BlobReader {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #replies: Reply[] = [];
  readonly #questions: string[] = [];
  #rest: Buffer = NOTHING;
  #arriving: Arriving | undefined;
  #ended: AppError | undefined;

  constructor(repository: GitRepository) {
    this.#child = startGit(repository, ['cat-file', '--batch']);
    this.#child.stdin.on('error', () => undefined);
    this.#child.stderr.resume();
    this.#child.on('error', () => this.#fail('git cannot be started'));
    this.#child.on('close', () => this.#fail('git cat-file ended early'));
    this.#child.stdout.on('data', (chunk: Buffer) => this.#take(chunk));
  }

  /**
   * Reads a blob; the order of several is the order of the calls.
   *
   * @returns undefined when the repository does not have it (a partial clone), or it is no blob.
   * @throws AppError ERR_SCAN_GIT when git ended, or says what it should not.
   */
  read(hash: string, limits: BlobLimits): Promise<BlobContent | undefined> {
    return new Promise((resolve, reject) => {
      if (!/^[0-9a-f]{40,64}$/.test(hash)) {
        reject(new AppError('ERR_SCAN_GIT', 'a blob is asked for by something that is no hash'));
      } else if (this.#ended !== undefined) {
        reject(this.#ended);
      } else {
        this.#replies.push({ limits, resolve, reject });
        // Each write wakes git up, and costs more than the reading of a small blob.
        this.#questions.push(hash);
        if (this.#questions.length === 1) setImmediate(() => this.#ask());
        else if (this.#questions.length === ASKED_AT_ONCE) this.#ask();
      }
    });
  }

  #ask(): void {
    const hashes = this.#questions.splice(0);
    if (hashes.length > 0) this.#child.stdin.write(`${hashes.join('\n')}\n`);
  }

  /** Ends git. */
  close(): void {
    this.#child.stdin.end();
    this.#child.kill();
  }

  #fail(message: string): void {
    this.#ended ??= new AppError('ERR_SCAN_GIT', message);
    for (const reply of this.#replies.splice(0)) reply.reject(this.#ended);
  }

  #take(chunk: Buffer): void {
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    this.#rest = NOTHING;
    while (bytes.length > 0 && this.#ended === undefined) {
      if (this.#arriving === undefined) {
        const end = bytes.indexOf(NEWLINE);
        if (end < 0) break;
        this.#header(bytes.toString('latin1', 0, end));
        bytes = bytes.subarray(end + 1);
      } else bytes = this.#body(this.#arriving, bytes);
    }
    this.#rest = bytes;
  }

  #header(line: string): void {
    const [reply] = this.#replies;
    const [, type, length] = /^[0-9a-f]+ (\w+) (\d+)$/.exec(line) ?? [];
    if (reply === undefined || (type === undefined && !line.endsWith(' missing'))) {
      this.#fail('git cat-file said something else than was asked for');
      this.close();
    } else if (type === undefined) {
      this.#replies.shift();
      reply.resolve(undefined);
    } else {
      const size = Number(length);
      const keep = type !== 'blob' ? undefined : size <= reply.limits.whole ? size : reply.limits.head;
      this.#arriving = { keep, size, kept: undefined, filled: 0, left: size };
    }
  }

  /** Takes what belongs to the content; returns what comes after it. */
  #body(arriving: Arriving, bytes: Buffer): Buffer {
    const { keep, size, left } = arriving;
    const part = Math.min(left, bytes.length);
    // Most contents come in one piece, and are handed on as they came.
    if (left === size && part < bytes.length)
      return this.#end(keep === undefined ? undefined : bytes.subarray(0, keep), size, bytes.subarray(part + 1));
    if (keep !== undefined) {
      arriving.kept ??= Buffer.allocUnsafeSlow(keep);
      arriving.filled += bytes.copy(arriving.kept, arriving.filled, 0, part);
    }
    arriving.left -= part;
    return part === bytes.length ? NOTHING : this.#end(arriving.kept, size, bytes.subarray(part + 1));
  }

  #end(bytes: Buffer | undefined, size: number, rest: Buffer): Buffer {
    this.#arriving = undefined;
    this.#replies.shift()?.resolve(bytes && { size, bytes });
    return rest;
  }
}
