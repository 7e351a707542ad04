import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { AppError } from '../../errors.ts';
import { gitEnvironment } from './git-environment.ts';

/**
 * A repository, opened so that none of its configuration counts: git works on a directory of ours that borrows the
 * objects, references and index. A repository's configuration can name programs to run (filters, fsmonitor, hooks,
 * remote helpers, diff drivers, signature checkers …); what is not read needs no list of everything dangerous in it.
 */
export interface GitRepository {
  /** Absolute, links resolved: the directory that has `.git`; of a bare repository the repository itself. */
  readonly toplevel: string;
  /** Without a working tree. */
  readonly bare: boolean;
  /** A shallow clone: the commits before its oldest ones are not here. */
  readonly shallow: boolean;
  /** Has the `HEAD` and the index of this work tree. */
  readonly gitDirectory: string;
  /** The repository's own configuration, as data: names in lower case. */
  readonly settings: ReadonlyMap<string, string>;
  /** Where the repository's own `config` and `info/` are. */
  readonly commonDirectory: string;
  readonly isolatedDirectory: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Takes the directory of ours away again. */
  close(): void;
}

/**
 * Opens the repository that a path is in, or is: a bare one, or a `.git` by itself. Branches may move while it is
 * open; which of them `HEAD` is does not change.
 *
 * @param indexFile - the index to use in place of the repository's, as git's own hooks name it in `GIT_INDEX_FILE`.
 * @returns undefined where there is no repository.
 * @throws AppError ERR_SCAN_GIT when its references cannot be read.
 */
export function openRepository(path: string, indexFile?: string): GitRepository | undefined {
  const place = findRepository(path);
  if (place === undefined) return undefined;
  const { toplevel, gitDirectory, commonDirectory, bare } = place;
  const shallow = existsSync(join(commonDirectory, 'shallow'));
  const isolatedDirectory = mkdtempSync(join(tmpdir(), 'lapse-git-'));
  const environment = {
    GIT_DIR: isolatedDirectory,
    GIT_OBJECT_DIRECTORY: join(commonDirectory, 'objects'),
    GIT_INDEX_FILE: indexFile === undefined ? join(gitDirectory, 'index') : resolve(toplevel, indexFile),
  };
  const close = () => rmSync(isolatedDirectory, { recursive: true, force: true });
  try {
    const settings = readSettings(join(commonDirectory, 'config'));
    borrow(gitDirectory, commonDirectory, isolatedDirectory, settings);
    return { toplevel, bare, shallow, gitDirectory, settings, commonDirectory, isolatedDirectory, environment, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** Reads a repository's configuration file: includes are not followed. Empty when git cannot make sense of it. */
function readSettings(configFile: string): ReadonlyMap<string, string> {
  try {
    const output = execFileSync('git', ['config', '--file', configFile, '--no-includes', '-z', '--list'], {
      cwd: tmpdir(),
      env: { ...gitEnvironment(process.env), GIT_DIR: '/dev/null' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const entries = output.toString('utf8').split('\0');
    return new Map(
      entries.map((entry) => {
        const [name = '', ...value] = entry.split('\n');
        return [name, value.join('\n')];
      }),
    );
  } catch {
    return new Map();
  }
}

interface Place {
  readonly toplevel: string;
  readonly bare: boolean;
  /** Of this work tree: has its HEAD and index. */
  readonly gitDirectory: string;
  /** Shared by all work trees: has objects, references and configuration. */
  readonly commonDirectory: string;
}

function findRepository(path: string): Place | undefined {
  if (!existsSync(path)) return undefined;
  const real = realpathSync(path);
  const around = findAround(real);
  // What merely looks like a repository, in the files of another one, is files: nothing is hidden in it.
  if ((around !== undefined && basename(real) !== '.git') || !isGitDirectory(real)) return around;
  return { toplevel: real, bare: true, gitDirectory: real, commonDirectory: commonDirectoryOf(real) };
}

/** Whether it is what `.git` usually is. */
function isGitDirectory(path: string): boolean {
  return ['HEAD', 'objects', 'refs'].every((name) => existsSync(join(path, name)));
}

function commonDirectoryOf(gitDirectory: string): string {
  const common = readLine(join(gitDirectory, 'commondir'));
  return common === undefined ? gitDirectory : resolve(gitDirectory, common);
}

function findAround(real: string): Place | undefined {
  for (let directory = statSync(real).isDirectory() ? real : dirname(real); ; directory = dirname(directory)) {
    const gitDirectory = gitDirectoryOf(join(directory, '.git'));
    if (gitDirectory !== undefined && existsSync(join(gitDirectory, 'HEAD'))) {
      return { toplevel: directory, bare: false, gitDirectory, commonDirectory: commonDirectoryOf(gitDirectory) };
    }
    if (directory === dirname(directory)) return undefined;
  }
}

/** `.git` is a directory, or in a linked work tree or a submodule a file that names one. */
function gitDirectoryOf(dotGit: string): string | undefined {
  const stat = statSync(dotGit, { throwIfNoEntry: false });
  if (stat?.isDirectory()) return dotGit;
  if (!stat?.isFile()) return undefined;
  const target = /^gitdir: (.+)$/.exec(readLine(dotGit) ?? '')?.[1];
  return target === undefined ? undefined : resolve(dirname(dotGit), target);
}

function readLine(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').split('\n')[0]?.trimEnd();
  } catch {
    return undefined;
  }
}

function borrow(
  gitDirectory: string,
  commonDirectory: string,
  isolated: string,
  settings: ReadonlyMap<string, string>,
): void {
  writeFileSync(join(isolated, 'config'), isolatedConfig(settings));
  for (const name of readdirSync(gitDirectory)) {
    // HEAD, FETCH_HEAD, ORIG_HEAD …: copied, since a HEAD that is a link means something of its own to git.
    if (/^(?:[A-Z]+_)?HEAD$/.test(name)) copyFileSync(join(gitDirectory, name), join(isolated, name));
    if (name.startsWith('sharedindex.')) symlinkSync(join(gitDirectory, name), join(isolated, name));
  }
  for (const name of ['packed-refs', 'shallow']) symlinkSync(join(commonDirectory, name), join(isolated, name));
  const references = join(commonDirectory, 'refs');
  if (existsSync(references)) symlinkSync(references, join(isolated, 'refs'), 'junction');
  else mkdirSync(join(isolated, 'refs'));
  const tables = join(commonDirectory, 'reftable');
  if (!existsSync(tables)) return;
  if (gitDirectory !== commonDirectory)
    throw new AppError('ERR_SCAN_GIT', `${gitDirectory}: a linked work tree whose references are in a reftable`, {
      hint: 'scan the main work tree: its branches include those of the linked ones',
    });
  symlinkSync(tables, join(isolated, 'reftable'), 'junction');
}

/** Of the repository's configuration, only what says how its files are to be read. */
function isolatedConfig(settings: ReadonlyMap<string, string>): string {
  const extensions = [
    settings.get('extensions.objectformat') === 'sha256' ? '\tobjectFormat = sha256\n' : '',
    settings.get('extensions.refstorage') === 'reftable' ? '\trefStorage = reftable\n' : '',
  ].join('');
  return extensions === ''
    ? '[core]\n\trepositoryformatversion = 0\n\tbare = true\n'
    : `[core]\n\trepositoryformatversion = 1\n\tbare = true\n[extensions]\n${extensions}`;
}
