import type { FileSource } from './file-source.ts';
import { type HistoryBlob, history } from './git/history.ts';
import { listTree } from './git/list-tree.ts';
import type { GitRepository } from './git/open-repository.ts';
import { headCommit } from './git/resolve-commit.ts';
import { IgnoreRules } from './ignore-rules.ts';
import { DEFAULT_MAX_FILE_SIZE } from './open-file.ts';
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
    maxFileSize,
    repository,
    async *files() {
      const head = await headCommit(repository);
      if (head === undefined) return;
      const present = new Set((await listTree(repository, head)).map((entry) => entry.hash));
      const blobs = await history(repository, since === undefined ? {} : { since });
      for (const blob of blobs) {
        if (rules.ignores(blob.path)) continue;
        const { path, hash } = blob;
        const unit = HISTORY_UNIT + path;
        yield { from: 'blob', hash, path, unit, commit: blob.addedBy.hash, history: originOf(blob, present.has(hash)) };
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
