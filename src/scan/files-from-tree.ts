import type { FileSource } from './file-source.ts';
import { listIndex, listTree, type TreeEntry } from './git/list-tree.ts';
import type { GitRepository } from './git/open-repository.ts';
import { headCommit, resolveCommit } from './git/resolve-commit.ts';
import { IgnoreRules } from './ignore-rules.ts';
import { DEFAULT_MAX_FILE_SIZE } from './open-file.ts';

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

/** Files as `HEAD` has them: those of a bare repository. None before its first commit. */
export function filesFromHead(options: TreeFilesOptions): FileSource {
  return treeSource(options, async (repository) => {
    const commit = await headCommit(repository);
    return commit === undefined ? { entries: [] } : { entries: await listTree(repository, commit), commit };
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
    maxFileSize,
    repository,
    async *files() {
      const { entries, commit } = await list(repository);
      const place = commit === undefined ? {} : { commit };
      for (const { path, hash, size } of entries) {
        if (wanted?.has(path) === false || rules.ignores(path)) continue;
        yield { from: 'blob', hash, path, unit: path, ...place, ...(size === undefined ? {} : { size }) };
      }
    },
  };
}
