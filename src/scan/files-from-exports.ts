import { resolve } from 'node:path';
import type { FileSource } from './file-source.ts';
import { openDiskFile } from './open-disk-file.ts';
import { DEFAULT_MAX_FILE_SIZE } from './open-file.ts';
import { problemOf } from './problem-of.ts';

/** An export of a provider that the user names: `--export aws=FILE`, or `exports` in the configuration. */
export interface ExportFile {
  /** As it was given; locations show it so. */
  readonly path: string;
  /** The scanner that must be able to read it; any that recognises it without this. */
  readonly scanner?: string;
}

/** Exports, wherever on the disk they are. Links are followed, since the user named them. */
export function filesFromExports(
  exports: readonly ExportFile[],
  options: { readonly cwd: string; readonly maxFileSize?: number },
): FileSource {
  const maxFileSize = options.maxFileSize ?? DEFAULT_MAX_FILE_SIZE;
  return {
    scopes: exports.map((file) => file.path),
    async *files(report) {
      for (const { path, scanner } of exports) {
        try {
          const absolute = resolve(options.cwd, path);
          const expected = scanner === undefined ? {} : { expectedScanner: scanner };
          const file = openDiskFile({ absolute, path, unit: path, maxFileSize, followLink: true, ...expected });
          if (file === undefined) report.problem(notAFile(path), path);
          else yield file;
        } catch (error) {
          report.problem(problemOf(error, { path }), path);
        }
      }
    },
  };
}

function notAFile(path: string) {
  return { code: 'ERR_SCAN_UNREADABLE', message: `${path}: is not a file`, location: { path } };
}
