import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AppError } from '../errors.ts';
import type { JsonObject } from '../model/json.ts';
import type { PolicySources } from './compiler/compiler.ts';
import { mergeData } from './merge-data.ts';

/** Rego modules by file name, and the base documents beside them. */
export interface PolicyFolder {
  readonly modules: PolicySources;
  readonly data: JsonObject;
}

export interface LoadOptions {
  /** The path as people know it, which names of files begin with. The path itself by default. */
  readonly name?: string;
  /** With `_test.rego` files. */
  readonly tests?: boolean;
}

/**
 * Reads a folder of policies, or one file. As in an OPA bundle, a `data.yaml` or `data.json` is mounted where its folder
 * stands: `limits/data.json` is `data.limits`.
 *
 * @throws AppError `ERR_POLICY_NOT_FOUND` without such a path, `ERR_POLICY_INVALID` for a data file that cannot be read.
 */
export async function loadPolicySources(path: string, options: LoadOptions = {}): Promise<PolicyFolder> {
  const { root, files } = await listFiles(path);
  const name = root === path ? (options.name ?? path) : dirname(options.name ?? path);
  const modules: Record<string, string> = {};
  let data: JsonObject = {};
  for (const file of files) {
    const shown = join(name, file).replaceAll('\\', '/');
    if (file.endsWith('.rego')) {
      if (options.tests === true || !file.endsWith('_test.rego'))
        modules[shown] = await readFile(join(root, file), 'utf8');
    } else {
      // Reads YAML, which takes long to load.
      const { mountData, parseData, refuseLargeData } = await import('./policy-data.ts');
      refuseLargeData(shown, (await stat(join(root, file))).size);
      data = mergeData(data, mountData(file, parseData(shown, await readFile(join(root, file), 'utf8'))));
    }
  }
  return { modules, data };
}

/** One folder of several; a file of the same name in a later one is an error of the caller. */
export function mergePolicyFolders(folders: readonly PolicyFolder[]): PolicyFolder {
  return {
    modules: Object.assign({}, ...folders.map(({ modules }) => modules)),
    data: folders.map(({ data }) => data).reduce(mergeData, {}),
  };
}

async function listFiles(path: string): Promise<{ root: string; files: readonly string[] }> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined)
    throw new AppError('ERR_POLICY_NOT_FOUND', `${path}: no such file or folder`, {
      hint: 'policy.paths in lapse.yaml names where policies are',
    });
  if (found.isFile()) return { root: dirname(path), files: [basename(path)] };
  const { default: fastGlob } = await import('fast-glob');
  const files = await fastGlob(['**/*.rego', '**/data.{yaml,yml,json}'], {
    cwd: path,
    dot: false,
    followSymbolicLinks: false,
  });
  return { root: path, files: files.sort() };
}
