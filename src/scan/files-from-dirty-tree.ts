import { join } from 'node:path';
import {
  blobOf,
  type ChangeOptions,
  changesOf,
  diskFile,
  type FilesOfChange,
  inPaths,
  isWanted,
  replacedBy,
} from './files-from-change.ts';
import { listWorkingTree } from './files-from-working-tree.ts';
import { listSubmodules } from './git/list-tree.ts';
import { problemOf } from './problem-of.ts';
import type { ScanProblem } from './run.ts';

/** What is staged, changed or new, against `HEAD`: what the next commits could bring. */
export async function filesOfWorkingTree(options: ChangeOptions): Promise<FilesOfChange> {
  const { repository, exclude = [], paths } = options;
  const problems: ScanProblem[] = [];
  const listed = await listWorkingTree(
    {
      base: repository.toplevel,
      repository,
      exclude,
      ...(paths === undefined ? {} : { paths: paths.map((path) => join(repository.toplevel, path)) }),
    },
    (error, path) => problems.push({ ...problemOf(error, { path }), unit: path }),
  );
  const submodules = await listSubmodules(repository);
  const own = listed.filter((path) => !submodules.some((submodule) => path.startsWith(`${submodule}/`)));
  const onDisk = (await changesOf(options, { workingTree: own })).filter(({ path }) => inPaths(path, paths));
  const staged = (await changesOf(options, { index: true })).filter(({ path }) => isWanted(path, options));
  return {
    now: [
      ...staged.flatMap(blobOf),
      ...onDisk.flatMap(({ path, status }) => (status === 'deleted' ? [] : [diskFile(repository, path)])),
    ],
    replaced: [...staged, ...onDisk].flatMap(replacedBy),
    problems,
    notices: submodules.map((path) => ({
      message: 'a submodule: its changes are its own, and were not looked at',
      location: { path },
    })),
  };
}
