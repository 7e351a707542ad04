import { AppError } from '../errors.ts';
import type { FileSource, SourceReport } from './file-source.ts';
import { BlobReader } from './git/blob-reader.ts';
import { listIndex, listTree, type TreeEntry } from './git/list-tree.ts';
import type { GitRepository } from './git/open-repository.ts';
import { resolveCommit } from './git/resolve-commit.ts';
import { IgnoreRules } from './ignore-rules.ts';
import { openBlobFile } from './open-blob-file.ts';
import { DEFAULT_MAX_FILE_SIZE } from './open-file.ts';
import { problemOf } from './problem-of.ts';

export interface TreeFilesOptions {
  readonly repository: GitRepository;
  /** Only these files (relative to the top of the repository); all without it. */
  readonly paths?: readonly string[];
  /** Patterns in gitignore's syntax, relative to the top of the repository. */
  readonly exclude?: readonly string[];
  readonly maxFileSize?: number;
}

/** Files as a commit has them: the base of a comparison, or a change that is not checked out. */
export function filesFromTree(revision: string, options: TreeFilesOptions): FileSource {
  return treeSource(options, async (repository) => {
    const commit = await resolveCommit(repository, revision);
    return { entries: await listTree(repository, commit), commit };
  });
}

/** Files as they are staged. */
export function filesFromIndex(options: TreeFilesOptions): FileSource {
  return treeSource(options, async (repository) => ({ entries: await listIndex(repository) }));
}

interface Listing {
  readonly entries: readonly TreeEntry[];
  readonly commit?: string;
}

function treeSource(options: TreeFilesOptions, list: (repository: GitRepository) => Promise<Listing>): FileSource {
  const { repository, paths, exclude = [], maxFileSize = DEFAULT_MAX_FILE_SIZE } = options;
  const wanted = paths === undefined ? undefined : new Set(paths);
  const rules = IgnoreRules.none.with('', exclude.join('\n'));
  return {
    scopes: paths ?? [''],
    async *files(report: SourceReport) {
      const { entries, commit } = await list(repository);
      const reader = new BlobReader(repository);
      try {
        for (const { path, hash } of entries) {
          if (wanted?.has(path) === false || rules.ignores(path)) continue;
          const place = commit === undefined ? {} : { commit };
          try {
            yield await openBlobFile({ repository, reader, hash, path, unit: path, maxFileSize, ...place });
          } catch (error) {
            if (!(error instanceof AppError) || error.code !== 'ERR_SCAN_UNREADABLE') throw error;
            report.problem(problemOf(error, { path }), path);
          }
        }
      } finally {
        reader.close();
      }
    },
  };
}
