import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import fastGlob from 'fast-glob';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { AppError } from '../errors.ts';
import type { JsonObject } from '../model/json.ts';
import type { PolicySources } from './compiler/compiler.ts';
import { invalidPolicy } from './invalid-policy.ts';
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
      const document = parseData(shown, await readFile(join(root, file), 'utf8'));
      data = mergeData(data, mount(dirname(file), document));
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
  const files = await fastGlob(['**/*.rego', '**/data.{yaml,yml,json}'], {
    cwd: path,
    dot: false,
    followSymbolicLinks: false,
  });
  return { root: path, files: files.sort() };
}

/** A few lines of YAML can unfold to gigabytes. */
const MAX_ALIASES = 100;

const dataSchema: z.ZodType<JsonObject> = z.record(z.string(), z.json());

function parseData(file: string, text: string): JsonObject {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error !== undefined) {
    const { line = 1, col = 1 } = error.linePos?.[0] ?? {};
    throw invalidData(file, error.message.split('\n')[0] ?? '', line, col);
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (cause) {
    throw invalidData(file, cause instanceof Error ? cause.message : String(cause), 1, 1);
  }
  const parsed = dataSchema.safeParse(value ?? {});
  if (!parsed.success) throw invalidData(file, 'expected a map of JSON values', 1, 1);
  return parsed.data;
}

function invalidData(file: string, message: string, line: number, column: number): AppError {
  return invalidPolicy([{ code: 'lapse_data_error', message, file, line, column }]);
}

function mount(folder: string, document: JsonObject): JsonObject {
  if (folder === '.') return document;
  return folder.split('/').reduceRight<JsonObject>((mounted, part) => ({ [part]: mounted }), document);
}
