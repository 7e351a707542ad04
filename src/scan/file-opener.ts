import type { FileRef, FileSource, OpenFile } from './file-source.ts';
import { type BlobContent, BlobReader } from './git/blob-reader.ts';
import { openBlobFile } from './open-blob-file.ts';
import { openDiskFile } from './open-disk-file.ts';
import { HEAD_BYTES, openFile } from './open-file.ts';

/** Bytes: few files are larger. */
const REUSED = 256 * 1024;

/** Contents that git is asked for before anybody opens them: how many at most, and when it is asked for more. */
const AHEAD = { most: 64, fewest: 32, bytes: 4 * 1024 * 1024 } as const;

/** Opens the files that one source lists, one at a time. */
export class FileOpener {
  readonly #source: Pick<FileSource, 'maxFileSize' | 'repository' | 'blobs'>;
  /** One of its own. */
  #reader: BlobReader | undefined;
  readonly #ahead = new Map<FileRef, Promise<BlobContent | undefined>>();
  #closed = false;
  /** A buffer for each of very many small files would keep the collector of garbage busy. */
  readonly #buffer = Buffer.allocUnsafe(REUSED);

  constructor(source: Pick<FileSource, 'maxFileSize' | 'repository' | 'blobs'>) {
    this.#source = source;
  }

  /**
   * Opens a file. What was opened before is of no use any more.
   *
   * @returns undefined for what is no regular file.
   * @throws AppError ERR_SCAN_UNREADABLE; ERR_SCAN_GIT when the repository cannot be read at all.
   */
  async open(ref: FileRef): Promise<OpenFile | undefined> {
    const { maxFileSize, repository } = this.#source;
    if (ref.from === 'disk') return openDiskFile({ ...ref, maxFileSize, buffer: this.#buffer });
    if (ref.from === 'bytes') return openBytes(ref);
    if (repository === undefined) throw new TypeError('a source that lists blobs has a repository');
    const content = this.#ahead.get(ref) ?? this.#readBlob(ref.hash);
    this.#ahead.delete(ref);
    return openBlobFile({ ...ref, repository, content: await content, maxFileSize });
  }

  /**
   * The same files, known some time before they are opened, so that git is at work on the next contents while one is looked at: a
   * question and an answer for each of them would cost more than reading it.
   */
  async *ahead(refs: AsyncIterable<FileRef> | Iterable<FileRef>): AsyncGenerator<FileRef> {
    const queue: { readonly ref: FileRef; readonly bytes: number }[] = [];
    let bytes = 0;
    for await (const ref of refs) {
      queue.push({ ref, bytes: this.#expect(ref) });
      bytes += queue.at(-1)?.bytes ?? 0;
      if (queue.length < AHEAD.most && bytes < AHEAD.bytes && ref.from === 'blob') continue;
      while (queue.length > AHEAD.fewest || bytes >= AHEAD.bytes || ref.from !== 'blob') {
        const next = queue.shift();
        if (next === undefined) break;
        bytes -= next.bytes;
        yield next.ref;
      }
    }
    for (const { ref } of queue) yield ref;
  }

  /** Asks for a content, when it is known to be small; returns its size. */
  #expect(ref: FileRef): number {
    if (this.#closed || ref.from !== 'blob' || ref.size === undefined || ref.size > AHEAD.bytes) return 0;
    const content = this.#readBlob(ref.hash);
    // Whoever opens it gets the error; nobody may, when the scan ends before.
    content.catch(() => undefined);
    this.#ahead.set(ref, content);
    return ref.size;
  }

  #readBlob(hash: string): Promise<BlobContent | undefined> {
    const { maxFileSize, repository, blobs } = this.#source;
    if (repository === undefined) throw new TypeError('a source that lists blobs has a repository');
    if (blobs === undefined) this.#reader ??= new BlobReader(repository);
    return (blobs ?? (this.#reader as BlobReader)).read(hash, { whole: maxFileSize, head: HEAD_BYTES });
  }

  close(): void {
    this.#closed = true;
    this.#ahead.clear();
    this.#reader?.close();
    this.#reader = undefined;
  }
}

function openBytes({ path, unit, content, expectedScanner }: Extract<FileRef, { from: 'bytes' }>): OpenFile {
  return openFile({
    path,
    unit,
    size: content.length,
    head: content,
    content,
    stream: async function* () {
      yield content;
    },
    close: () => undefined,
    ...(expectedScanner === undefined ? {} : { expectedScanner }),
  });
}
