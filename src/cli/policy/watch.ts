import { type FSWatcher, watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppError } from '../../errors.ts';

/** Editors write in several steps: what changes within this time is one change. */
const SETTLE_MS = 150;

/** What is looked at: policies, their data, and where they are named. */
const WATCHED = /(?:\.rego|\.json|\.ya?ml)$/;

/**
 * Runs `work` now and after every change of a policy at the paths, one run at a time, until the process is interrupted.
 *
 * @throws {AppError} ERR_USAGE where the system cannot watch.
 */
export async function watchPolicies(paths: readonly string[], work: () => Promise<void>): Promise<void> {
  let changed: () => void = () => {};
  let timer: NodeJS.Timeout | undefined;
  let dirty = false;
  let ended = false;
  const note = () => {
    dirty = true;
    changed();
  };
  const end = () => {
    ended = true;
    changed();
  };
  const watchers = await Promise.all(
    paths.map((path) =>
      watchOne(path, (file) => {
        if (file !== null && !WATCHED.test(file)) return;
        clearTimeout(timer);
        timer = setTimeout(note, SETTLE_MS);
      }),
    ),
  );
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
  try {
    for (;;) {
      dirty = false;
      await work();
      if (!dirty && !ended)
        await new Promise<void>((resolve) => {
          changed = resolve;
        });
      if (ended) return;
    }
  } finally {
    clearTimeout(timer);
    process.off('SIGINT', end);
    process.off('SIGTERM', end);
    for (const watcher of watchers) watcher.close();
  }
}

/** Of a file its folder is watched: editors replace files. */
async function watchOne(path: string, changed: (file: string | null) => void): Promise<FSWatcher> {
  const folder = (await stat(path)).isDirectory() ? path : dirname(path);
  try {
    return watch(folder, { recursive: true }, (_event, file) => changed(file));
  } catch (cause) {
    throw new AppError('ERR_USAGE', `${path}: cannot be watched`, { cause });
  }
}
