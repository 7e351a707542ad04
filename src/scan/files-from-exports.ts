import { resolve } from 'node:path';
import type { FileSource } from './file-source.ts';
import { DEFAULT_MAX_FILE_SIZE } from './open-file.ts';

/** An export of a provider that the user names: `--export aws=FILE`, or `exports` in the configuration. */
export interface ExportFile {
  /** As it was given; locations show it so. */
  readonly path: string;
  /** The scanner that must be able to read it; any that recognises it without this. */
  readonly scanner?: string;
  /** What it is about, where the export itself does not say: `--export aws-access-advisor=ARN:FILE`. */
  readonly about?: string;
}

/** Exports, wherever on the disk they are. Links are followed, since the user named them. */
export function filesFromExports(
  exports: readonly ExportFile[],
  options: { readonly cwd: string; readonly maxFileSize?: number },
): FileSource {
  return {
    scopes: exports.map((file) => file.path),
    maxFileSize: options.maxFileSize ?? DEFAULT_MAX_FILE_SIZE,
    async *files() {
      for (const { path, scanner, about } of exports) {
        yield {
          from: 'disk',
          absolute: resolve(options.cwd, path),
          path,
          unit: path,
          followLink: true,
          ...(scanner === undefined ? {} : { expectedScanner: scanner }),
          ...(about === undefined ? {} : { about }),
        };
      }
    },
  };
}
