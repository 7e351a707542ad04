import { AppError } from '../errors.ts';
import type { BlobFileRef, OpenFile } from './file-source.ts';
import type { BlobContent } from './git/blob-reader.ts';
import type { GitRepository } from './git/open-repository.ts';
import { streamGit } from './git/run-git.ts';
import { openFile } from './open-file.ts';

export interface BlobFileOptions extends Omit<BlobFileRef, 'from' | 'size'> {
  readonly repository: GitRepository;
  /** What was read of it; undefined when the repository does not have it. */
  readonly content: BlobContent | undefined;
  readonly maxFileSize: number;
}

/**
 * Opens a blob of a repository as a file.
 *
 * @throws AppError ERR_SCAN_UNREADABLE when the repository does not have it, as in a partial clone: nothing is fetched.
 */
export function openBlobFile(options: BlobFileOptions): OpenFile {
  const { repository, content: blob, hash, path, unit, maxFileSize, commit, history } = options;
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
