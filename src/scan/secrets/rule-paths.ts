import { type Dirent, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, posix, resolve } from 'node:path';
import { AppError } from '../../errors.ts';
import { matchesSegmentGlob } from '../../model/segment-glob.ts';
import type { RuleFileText } from './load-rules.ts';

const RULE_FILE = /\.ya?ml$/;
/** Far more than a file of rules has. */
const MAX_BYTES = 1024 ** 2;

/**
 * Whether a path is one of those that `scan.rules` names: a file, anything in YAML below a folder, or what a pattern matches
 * (`*` within a name, `**` for folders).
 *
 * @param path - with `/`, relative to the same folder as the pattern.
 */
export function isRulePath(pattern: string, path: string): boolean {
  const plain = posix.normalize(pattern).replace(/\/$/, '');
  if (path === plain) return true;
  return RULE_FILE.test(path) && (path.startsWith(`${plain}/`) || plain === '.' || matchesSegmentGlob(plain, path));
}

/**
 * Reads the rule files that `scan.rules` names, in the order of their names. Links are not followed.
 *
 * @param folder - where the configuration is.
 * @throws AppError ERR_CONFIG_NOT_FOUND when one of them names no file: rules that are missing would find nothing, silently.
 */
export function readRulePaths(folder: string, patterns: readonly string[]): readonly RuleFileText[] {
  const paths = new Set<string>();
  for (const pattern of patterns) {
    const found = list(folder, fixedPart(pattern)).filter((path) => isRulePath(pattern, path));
    if (found.length === 0) throw noRuleFile(pattern);
    for (const path of found) paths.add(path);
  }
  return [...paths].sort().map((path) => ({ path, text: read(resolve(folder, path), path) }));
}

/** For whoever lists files in another way: a pattern of `scan.rules` that names none. */
export function noRuleFile(pattern: string): AppError {
  return new AppError('ERR_CONFIG_NOT_FOUND', `scan.rules: ${JSON.stringify(pattern)} names no rule file`, {
    hint: 'a file, a folder with .yaml files, or a pattern, relative to lapse.yaml',
  });
}

/** What stands before the first segment with a wildcard. */
function fixedPart(pattern: string): string {
  const segments = posix.normalize(pattern).replace(/\/$/, '').split('/');
  const wild = segments.findIndex((segment) => segment.includes('*'));
  return (wild < 0 ? segments : segments.slice(0, wild)).join('/');
}

/** The file at a path, or all files below it. */
function list(folder: string, path: string): readonly string[] {
  const absolute = resolve(folder, path === '' ? '.' : path);
  const found = statSync(absolute, { throwIfNoEntry: false });
  if (found === undefined) return [];
  return found.isDirectory() ? below(absolute, path === '.' ? '' : path) : [path];
}

function below(absolute: string, path: string): readonly string[] {
  const entries: readonly Dirent[] = readdirSync(absolute, { withFileTypes: true });
  return entries.flatMap((entry) => {
    const inside = path === '' ? entry.name : `${path}/${entry.name}`;
    if (entry.isDirectory()) {
      const skipped = entry.name === '.git' || entry.name === 'node_modules';
      return skipped ? [] : below(join(absolute, entry.name), inside);
    }
    return entry.isFile() ? [inside] : [];
  });
}

function read(file: string, path: string): string {
  try {
    const { size } = statSync(file);
    if (size <= MAX_BYTES) return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new AppError('ERR_CONFIG_NOT_FOUND', `${path}: cannot be read`, { cause });
  }
  throw new AppError('ERR_CONFIG_INVALID', `${path}: larger than ${MAX_BYTES} bytes`);
}
