import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { AppError } from '../../errors.ts';
import type { GitRepository } from './open-repository.ts';
import { startGit } from './run-git.ts';

/** A blob whose content is on its way: it must be read to its end, or skipped, before the next is asked for. */
export interface Blob {
  readonly size: number;
  content(): AsyncGenerator<Buffer>;
}

const NEWLINE = 10;

/** Reads blobs by hash, one after the other, from one `git cat-file --batch`. */
export class BlobReader {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(repository: GitRepository) {
    this.#child = startGit(repository, ['cat-file', '--batch']);
    this.#child.stdin.on('error', () => undefined);
    this.#child.stderr.resume();
    this.#child.on('error', () => undefined);
    this.#chunks = this.#child.stdout[Symbol.asyncIterator]();
  }

  /**
   * Asks for a blob.
   *
   * @returns undefined when the repository does not have it (a partial clone), or it is no blob.
   * @throws AppError ERR_SCAN_GIT when git ended, or says what it should not.
   */
  async open(hash: string): Promise<Blob | undefined> {
    if (!/^[0-9a-f]{40,64}$/.test(hash))
      throw new AppError('ERR_SCAN_GIT', 'a blob is asked for by something that is no hash');
    this.#child.stdin.write(`${hash}\n`);
    const header = (await this.#line()).toString('utf8');
    if (header.endsWith(' missing')) return undefined;
    const [, type, length] = /^[0-9a-f]+ (\w+) (\d+)$/.exec(header) ?? [];
    if (type === undefined) throw new AppError('ERR_SCAN_GIT', `git cat-file answered for ${hash} with something else`);
    const size = Number(length);
    if (type !== 'blob') {
      for await (const _ of this.#take(size));
      return undefined;
    }
    return { size, content: () => this.#take(size) };
  }

  /** Ends git. */
  close(): void {
    this.#child.stdin.end();
    this.#child.kill();
  }

  async #more(): Promise<Buffer> {
    const next = await this.#chunks.next();
    if (next.done) throw new AppError('ERR_SCAN_GIT', 'git cat-file ended early');
    return next.value;
  }

  async #line(): Promise<Buffer> {
    for (;;) {
      const end = this.#rest.indexOf(NEWLINE);
      if (end >= 0) {
        const line = this.#rest.subarray(0, end);
        this.#rest = this.#rest.subarray(end + 1);
        return line;
      }
      this.#rest = Buffer.concat([this.#rest, await this.#more()]);
    }
  }

  /** The next `size` bytes and the newline that follows them. Whoever stops early leaves the rest to be skipped here. */
  async *#take(size: number): AsyncGenerator<Buffer> {
    let left = size;
    try {
      while (left > 0) {
        if (this.#rest.length === 0) this.#rest = await this.#more();
        const part = this.#rest.subarray(0, left);
        this.#rest = this.#rest.subarray(part.length);
        left -= part.length;
        yield part;
      }
    } finally {
      await this.#skip(left + 1);
    }
  }

  async #skip(count: number): Promise<void> {
    let left = count;
    while (left > 0) {
      if (this.#rest.length === 0) this.#rest = await this.#more();
      const part = Math.min(left, this.#rest.length);
      this.#rest = this.#rest.subarray(part);
      left -= part;
    }
  }
}
