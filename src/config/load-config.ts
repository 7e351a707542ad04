import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '../errors.ts';
import type { Config } from './config.ts';

const FILE_NAME = 'lapse.yaml';
/** The state folder beside the configuration, where that names no other. */
export const STATE_FOLDER = '.lapse';
/** Far more than a written configuration has. */
const MAX_BYTES = 1024 ** 2;
/** What the build has made of a configuration that says nothing; there is none beside the source. */
const STORED_DEFAULTS = fileURLToPath(new URL('./defaults.json', import.meta.url));

export interface LoadConfigOptions {
  /** The file; without it, `lapse.yaml` is looked for in `cwd` and above, up to the top of the git work tree. */
  readonly path?: string;
  readonly cwd: string;
  /** The content, when it does not come from disk: `lapse check` reads it from the base of a change. */
  readonly text?: string;
}

/**
 * Loads the configuration. Where no file is asked for and none is found, everything is default.
 *
 * @throws {AppError} ERR_CONFIG_NOT_FOUND when the file that was asked for cannot be read; ERR_CONFIG_INVALID with
 * `file:line:column` when it says something that it may not say.
 */
export async function loadConfig(options: LoadConfigOptions): Promise<Config> {
  const cwd = resolve(options.cwd);
  const top = workTree(cwd);
  const file = options.path === undefined ? findConfig(cwd, top) : resolve(cwd, options.path);
  if (options.text === undefined && file === undefined) return defaultConfigOf(top);
  const place = file ?? join(top, FILE_NAME);
  const { parseConfig } = await import('./parse-config.ts');
  const parsed = parseConfig(options.text ?? readConfig(place), options.path ?? relative(cwd, place));
  const folder = dirname(place);
  return { ...parsed, file: place, folder, state: resolve(folder, parsed.store.folder ?? STATE_FOLDER) };
}

/** The configuration of a folder that has none. */
export async function defaultConfigOf(folder: string): Promise<Config> {
  return { ...(await defaults()), folder, state: join(folder, STATE_FOLDER) };
}

/** A hook in a repository without configuration is done before the code that reads one would be loaded. */
async function defaults(): Promise<Omit<Config, 'folder' | 'state'>> {
  if (existsSync(STORED_DEFAULTS))
    return JSON.parse(readFileSync(STORED_DEFAULTS, 'utf8')) as Omit<Config, 'folder' | 'state'>;
  return (await import('./parse-config.ts')).defaultConfig();
}

function readConfig(file: string): string {
  try {
    const found = statSync(file);
    // Whatever else bears the name may have no end: a pipe, a device.
    if (found.isFile() && found.size <= MAX_BYTES) return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new AppError('ERR_CONFIG_NOT_FOUND', `${file}: cannot be read`, {
      hint: 'write one with "lapse init", or leave --config out',
      cause,
    });
  }
  throw new AppError('ERR_CONFIG_INVALID', `${file}: no regular file of at most ${MAX_BYTES} bytes`);
}

/** From `start` up to the top of its git work tree, and no further: a file in a shared parent folder is not this project's. */
function findConfig(start: string, top: string): string | undefined {
  for (let folder = start; ; folder = dirname(folder)) {
    const file = join(folder, FILE_NAME);
    if (existsSync(file)) return file;
    if (folder === top) return undefined;
  }
}

/** The top of the git work tree that `start` is in; `start` itself when it is in none. */
function workTree(start: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.git'))) return folder;
    if (dirname(folder) === folder) return start;
  }
}
