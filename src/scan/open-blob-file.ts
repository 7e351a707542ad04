import { AppError } from '../errors.ts';
import type { BlobFileRef, OpenFile } from './file-source.ts';
import type { BlobReader } from './git/blob-reader.ts';
import type { GitRepository } from './git/open-repository.ts';
import { streamGit } from './git/run-git.ts';
import { HEAD_BYTES, openFile } from './open-file.ts';

export interface BlobFileOptions extends Omit<BlobFileRef, 'from'> {
  readonly repository: GitRepository;
  readonly reader: BlobReader;
  readonly maxFileSize: number;
}

/**
 * Opens a blob of a repository as a file.
 *
 * @throws AppError ERR_SCAN_UNREADABLE when the repository does not have it, as in a partial clone: nothing is fetched.
 */
export async function openBlobFile(options: BlobFileOptions): Promise<OpenFile> {
  const { repository, reader, hash, path, unit, maxFileSize, commit, history } = options;
  const blob = await reader.read(hash, { whole: maxFileSize, head: HEAD_BYTES });
  if (blob === undefined) {
    throw new AppError('ERR_SCAN_UNREADABLE', `${path}: the repository does not have its content`, {
      hint: 'a partial clone leaves contents out: clone without --filter',
      details: { location: { path } },
    });
  }
  return openFile({
    path,
    unit,
    size: blob.size,
    head: blob.bytes,
    content: blob.size <= maxFileSize ? blob.bytes : undefined,
    stream: () => streamGit(repository, ['cat-file', 'blob', hash]),
    close: () => undefined,
    ...(commit === undefined ? {} : { commit }),
    ...(history === undefined ? {} : { history }),
  });
}
