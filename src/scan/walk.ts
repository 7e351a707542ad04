import { type Dirent, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../errors.ts';
import { type IgnoreLine, IgnoreRules } from './ignore-rules.ts';
import { unreadable } from './open-disk-file.ts';
import { placeOf, showPath } from './path-bytes.ts';

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
  /** Files, relative to the base, with `/`; sorted by UTF-16 units. Where they are says `placeOf`. */
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
/** Where lapse keeps its inventory and keys. */
const STATE_FOLDER = '.lapse';
/** How lines of `exclude` are named. */
export const EXCLUDE = 'scan.exclude';

/**
 * Lists the files below a directory. Ignored directories, `.git` and `.lapse` are not entered and links are never followed, so a
 * cycle of links cannot catch it and nothing outside of the tree is read: what a link inside the tree leads to is met in
 * its own place.
 */
export function walk(options: WalkOptions): Walk {
  const rules = new Map<string, DirectoryRules>();
  const outside = outermost(options);
  /** Directories with a file of their own. */
  const own = new Set<string>();
  const rulesOf = (directory: string, entries?: readonly Pick<Dirent, 'name'>[]): DirectoryRules => {
    const known = rules.get(directory);
    if (known !== undefined) return known;
    const above = directory === '' ? outside : rulesOf(parent(directory));
    const made = { git: above.git, own: above.own };
    // Most directories have none: who has listed one knows, and need not ask the disk.
    const read = (name: string) =>
      entries === undefined || entries.some((entry) => entry.name === name)
        ? readIgnoreFile(options, directory, name)
        : undefined;
    if (options.gitignore) made.git = extend(made.git, directory, read(GIT_IGNORE), GIT_IGNORE);
    const lapse = options.lapseIgnore ? options.lapseIgnore.get(directory) : read(LAPSE_IGNORE);
    made.own = extend(made.own, directory, lapse, LAPSE_IGNORE);
    if (made.own !== above.own) own.add(directory);
    rules.set(directory, made);
    return made;
  };

  const paths: string[] = [];
  const pending = [options.start];
  for (let directory = pending.pop(); directory !== undefined; directory = pending.pop()) {
    const entries = listDirectory(options, directory);
    const { git, own } = rulesOf(directory, entries);
    const prefix = directory === '' ? '' : `${directory}/`;
    for (const entry of entries) {
      if (entry.name === '.git') continue;
      const path = prefix + entry.name;
      if (entry.isDirectory()) {
        if (entry.name === STATE_FOLDER) continue;
        if (!git.ignores(`${path}/`) && !own.ignores(`${path}/`)) pending.push(path);
      } else if (entry.isFile() && !git.ignores(path) && !own.ignores(path)) paths.push(path);
    }
  }
  return {
    paths: paths.sort(),
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

function listDirectory(
  options: WalkOptions,
  directory: string,
): readonly Pick<Dirent, 'name' | 'isFile' | 'isDirectory'>[] {
  const place = placeOf(join(options.base, directory));
  try {
    const entries = readdirSync(place, { withFileTypes: true, encoding: 'utf8' });
    return entries.some(({ name }) => name.includes('\ufffd')) ? listBytes(options, directory, place) : entries;
  } catch (error) {
    options.onError(unreadable(directory === '' ? '.' : directory, error), directory);
    return [];
  }
}

/** As the system has the names, where some may be no UTF-8. */
function listBytes(
  options: WalkOptions,
  directory: string,
  place: string | Buffer,
): readonly Pick<Dirent, 'name' | 'isFile' | 'isDirectory'>[] {
  const entries = readdirSync(place, { withFileTypes: true, encoding: 'buffer' });
  const plain = new Set(entries.map((entry) => entry.name.toString()));
  return entries.flatMap((entry) => {
    const name = showPath(entry.name);
    if (name !== entry.name.toString() && plain.has(name)) {
      const path = directory === '' ? name : `${directory}/${name}`;
      const message = `${path}: not read, since another file has the name that this one is shown by`;
      options.onError(new AppError('ERR_SCAN_UNREADABLE', message, { details: { location: { path } } }), path);
      return [];
    }
    return [{ name, isFile: () => entry.isFile(), isDirectory: () => entry.isDirectory() }];
  });
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
    return readFileSync(placeOf(join(options.base, path)), 'utf8');
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
