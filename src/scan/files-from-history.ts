import { AppError } from '../errors.ts';
import type { FileSource } from './file-source.ts';
import { BlobReader } from './git/blob-reader.ts';
import { type HistoryBlob, history } from './git/history.ts';
import { listTree } from './git/list-tree.ts';
import type { GitRepository } from './git/open-repository.ts';
import { headCommit } from './git/resolve-commit.ts';
import { IgnoreRules } from './ignore-rules.ts';
import { openBlobFile } from './open-blob-file.ts';
import { DEFAULT_MAX_FILE_SIZE } from './open-file.ts';
import { problemOf } from './problem-of.ts';
import type { HistoryOrigin } from './scanner.ts';

/** What units of history begin with: `history:path`. They are apart from the files of the working tree. */
export const HISTORY_UNIT = 'history:';

export interface HistoryFilesOptions {
  readonly repository: GitRepository;
  /** Patterns in gitignore's syntax, relative to the top of the repository. */
  readonly exclude?: readonly string[];
  readonly maxFileSize?: number;
  /** Only commits after this date. */
  readonly since?: string;
}

/** Every content that any commit brought, each once, oldest first. Only scanners that ask for history read it. */
export function filesFromHistory(options: HistoryFilesOptions): FileSource {
  const { repository, exclude = [], maxFileSize = DEFAULT_MAX_FILE_SIZE, since } = options;
  const rules = IgnoreRules.none.with('', exclude.join('\n'));
  return {
    scopes: since === undefined ? [HISTORY_UNIT] : [],
    async *files(report) {
      const head = await headCommit(repository);
      if (head === undefined) return;
      const present = new Set((await listTree(repository, head)).map((entry) => entry.hash));
      const blobs = await history(repository, since === undefined ? {} : { since });
      const reader = new BlobReader(repository);
      try {
        for (const blob of blobs) {
          if (rules.ignores(blob.path)) continue;
          const { path, hash } = blob;
          const unit = HISTORY_UNIT + path;
          try {
            const place = { history: originOf(blob, present.has(hash)), commit: blob.addedBy.hash };
            yield await openBlobFile({ repository, reader, hash, path, unit, maxFileSize, ...place });
          } catch (error) {
            if (!(error instanceof AppError) || error.code !== 'ERR_SCAN_UNREADABLE') throw error;
            report.problem(problemOf(error, { path, commit: blob.addedBy.hash }), unit);
          }
        }
      } finally {
        reader.close();
      }
    },
  };
}

function originOf({ addedBy, removedBy }: HistoryBlob, inHead: boolean): HistoryOrigin {
  return {
    commit: addedBy.hash,
    author: addedBy.author,
    date: addedBy.date,
    inHead,
    ...(inHead || removedBy === undefined ? {} : { removedBy: removedBy.hash }),
  };
}
