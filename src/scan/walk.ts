import { type Dirent, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import fastGlob from 'fast-glob';
import type { AppError } from '../errors.ts';
import { type IgnoreLine, IgnoreRules } from './ignore-rules.ts';
import { unreadable } from './open-disk-file.ts';

export interface WalkOptions {
  /** Absolute; paths are relative to it, and ignore files above the start count from it. */
  readonly base: string;
  /** Directory to walk, relative to the base; empty for the base. */
  readonly start: string;
  /** Patterns in gitignore's syntax, relative to the base: `scan.exclude`. */
  readonly exclude: readonly string[];
  /** Whether `.gitignore` files count. */
  readonly gitignore: boolean;
  /** The repository's `info/exclude`, when there is one. */
  readonly gitExclude?: string;
  /** `.lapseignore` files by directory, instead of those on disk: those of a trusted commit. */
  readonly lapseIgnore?: ReadonlyMap<string, string>;
  /** What cannot be read is told here, and left out. */
  onError(error: AppError, path: string): void;
}

export interface Walk {
  /** Files, relative to the base, with `/`; sorted by UTF-16 units. */
  readonly paths: readonly string[];
  /** Whether `.lapseignore` or `exclude` leave out a path (relative to the base) below a directory that was walked. */
  excludes(path: string): boolean;
  /** Lines of `.lapseignore` and `exclude` that left out nothing so far of what git does not ignore. */
  idleLines(): readonly IgnoreLine[];
  /** Which line leaves out a path, or a directory that it is in. */
  whatIgnores(path: string): IgnoreLine | undefined;
}

/** What counts below one directory. */
interface DirectoryRules {
  readonly git: IgnoreRules;
  readonly own: IgnoreRules;
}

const GIT_IGNORE = '.gitignore';
const LAPSE_IGNORE = '.lapseignore';
/** How lines of `exclude` are named. */
export const EXCLUDE = 'scan.exclude';

/**
 * Lists the files below a directory. Ignored directories and `.git` are not entered and links are never followed, so a
 * cycle of links cannot catch it and nothing outside of the tree is read: what a link inside the tree leads to is met in
 * its own place.
 */
export function walk(options: WalkOptions): Walk {
  const rules = new Map<string, DirectoryRules>();
  const outside = outermost(options);
  /** Directories with a file of their own. */
  const own = new Set<string>();
  const rulesOf = (directory: string): DirectoryRules => {
    const known = rules.get(directory);
    if (known !== undefined) return known;
    const above = directory === '' ? outside : rulesOf(parent(directory));
    const made = { git: above.git, own: above.own };
    if (options.gitignore) {
      made.git = extend(made.git, directory, readIgnoreFile(options, directory, GIT_IGNORE), GIT_IGNORE);
    }
    const lapse = options.lapseIgnore
      ? options.lapseIgnore.get(directory)
      : readIgnoreFile(options, directory, LAPSE_IGNORE);
    made.own = extend(made.own, directory, lapse, LAPSE_IGNORE);
    if (made.own !== above.own) own.add(directory);
    rules.set(directory, made);
    return made;
  };

  const keep = (directory: string, entry: Dirent): boolean => {
    if (entry.name === '.git') return false;
    const path = `${directory === '' ? '' : `${directory}/`}${entry.name}${entry.isDirectory() ? '/' : ''}`;
    const { git, own } = rulesOf(directory);
    return !git.ignores(path) && !own.ignores(path);
  };

  // fast-glob walks; what must not be entered is taken out of each directory before it sees it.
  function readDirectory(absolute: string): string[];
  function readDirectory(absolute: string, form: { withFileTypes: true }): Dirent[];
  function readDirectory(absolute: string, form?: { withFileTypes: true }): Dirent[] | string[] {
    const directory = relative(options.base, absolute).split(sep).join('/');
    try {
      const entries = readdirSync(absolute, { withFileTypes: true }).filter((entry) => keep(directory, entry));
      return form === undefined ? entries.map((entry) => entry.name) : entries;
    } catch (error) {
      options.onError(unreadable(directory === '' ? '.' : directory, error), directory);
      return [];
    }
  }

  const prefix = options.start === '' ? '' : `${options.start}/`;
  const found = fastGlob.sync('**', {
    cwd: join(options.base, options.start),
    dot: true,
    followSymbolicLinks: false,
    fs: { readdirSync: readDirectory },
  });
  return {
    paths: found.map((path) => prefix + path).sort(),
    excludes: (path) => excludedWithParents(path, rulesOf),
    idleLines: () => {
      const outer = options.exclude.length === 0 ? [] : outside.own.idleLines();
      return [...outer, ...[...rules].flatMap(([directory, made]) => (own.has(directory) ? made.own.idleLines() : []))];
    },
    whatIgnores: (path) => {
      for (const part of withParents(path)) {
        const { git, own } = rulesOf(parent(part.replace(/\/$/, '')));
        const line = git.whatIgnores(part) ?? own.whatIgnores(part);
        if (line !== undefined) return line;
      }
      return undefined;
    },
  };
}

function outermost(options: WalkOptions): DirectoryRules {
  return {
    git: options.gitignore ? extend(IgnoreRules.none, '', options.gitExclude, '.git/info/exclude') : IgnoreRules.none,
    own: extend(IgnoreRules.none, '', options.exclude.join('\n'), EXCLUDE),
  };
}

function extend(rules: IgnoreRules, directory: string, text: string | undefined, name: string): IgnoreRules {
  const file = directory === '' ? name : `${directory}/${name}`;
  return text === undefined || text === '' ? rules : rules.with(directory, text, file);
}

function readIgnoreFile(options: WalkOptions, directory: string, name: string): string | undefined {
  const path = directory === '' ? name : `${directory}/${name}`;
  try {
    return readFileSync(join(options.base, path), 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'ENOENT' && code !== 'ENOTDIR' && code !== 'EISDIR') options.onError(unreadable(path, error), path);
    return undefined;
  }
}

function parent(directory: string): string {
  const slash = directory.lastIndexOf('/');
  return slash < 0 ? '' : directory.slice(0, slash);
}

function excludedWithParents(path: string, rulesOf: (directory: string) => DirectoryRules): boolean {
  return withParents(path).some((part) => rulesOf(parent(part.replace(/\/$/, ''))).own.ignores(part));
}

/** The directories that a path leads through, from the outermost on, and the path itself. */
function withParents(path: string): readonly string[] {
  const parts: string[] = [];
  for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1))
    parts.push(path.slice(0, slash + 1));
  return path.endsWith('/') ? parts : [...parts, path];
}
