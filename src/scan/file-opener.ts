import type { FileRef, FileSource, OpenFile } from './file-source.ts';
import { BlobReader } from './git/blob-reader.ts';
import { openBlobFile } from './open-blob-file.ts';
import { openDiskFile } from './open-disk-file.ts';
import { openFile } from './open-file.ts';

/** Opens the files that one source lists, one at a time. */
export class FileOpener {
  readonly #source: Pick<FileSource, 'maxFileSize' | 'repository'>;
  #reader: BlobReader | undefined;

  constructor(source: Pick<FileSource, 'maxFileSize' | 'repository'>) {
    this.#source = source;
  }

  /**
   * @returns undefined for what is no regular file.
   * @throws AppError ERR_SCAN_UNREADABLE; ERR_SCAN_GIT when the repository cannot be read at all.
   */
  async open(ref: FileRef): Promise<OpenFile | undefined> {
    const { maxFileSize, repository } = this.#source;
    if (ref.from === 'disk') return openDiskFile({ ...ref, maxFileSize });
    if (ref.from === 'bytes') return openBytes(ref);
    if (repository === undefined) throw new TypeError('a source that lists blobs has a repository');
    this.#reader ??= new BlobReader(repository);
    return openBlobFile({ ...ref, repository, reader: this.#reader, maxFileSize });
  }

  close(): void {
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
