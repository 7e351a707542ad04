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
import { dirname, join, resolve } from 'node:path';
import { gitEnvironment } from './git-environment.ts';

/**
 * A repository, opened so that none of its configuration counts: git works on a directory of ours that borrows the
 * objects, references and index. A repository's configuration can name programs to run (filters, fsmonitor, hooks,
 * remote helpers, diff drivers, signature checkers …); what is not read needs no list of everything dangerous in it.
 */
export interface GitRepository {
  /** Absolute, links resolved: the directory that has `.git`. */
  readonly toplevel: string;
  /** Where the repository's own `config` and `info/` are. */
  readonly commonDirectory: string;
  readonly isolatedDirectory: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Takes the directory of ours away again. */
  close(): void;
}

/**
 * Opens the repository that a path is in. Branches may move while it is open; which of them `HEAD` is does not change.
 *
 * @param indexFile - the index to use in place of the repository's, as git's own hooks name it in `GIT_INDEX_FILE`.
 * @returns undefined where there is no repository.
 * @throws AppError ERR_SCAN_GIT when git is not there.
 */
export function openRepository(path: string, indexFile?: string): GitRepository | undefined {
  const place = findRepository(path);
  if (place === undefined) return undefined;
  const { toplevel, gitDirectory, commonDirectory } = place;
  const isolatedDirectory = mkdtempSync(join(tmpdir(), 'lapse-git-'));
  const environment = {
    GIT_DIR: isolatedDirectory,
    GIT_OBJECT_DIRECTORY: join(commonDirectory, 'objects'),
    GIT_INDEX_FILE: indexFile === undefined ? join(gitDirectory, 'index') : resolve(toplevel, indexFile),
  };
  const close = () => rmSync(isolatedDirectory, { recursive: true, force: true });
  try {
    borrow(gitDirectory, commonDirectory, isolatedDirectory);
    return { toplevel, commonDirectory, isolatedDirectory, environment, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** Reads one entry of a repository's configuration file as data: includes are not followed. */
export function readConfigEntry(configFile: string, name: string): string | undefined {
  try {
    const output = execFileSync('git', ['config', '--file', configFile, '--no-includes', '-z', '--get', name], {
      cwd: tmpdir(),
      env: { ...gitEnvironment(process.env), GIT_DIR: '/dev/null' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return output.toString('utf8').split('\0')[0];
  } catch {
    return undefined;
  }
}

interface Place {
  readonly toplevel: string;
  /** Of this work tree: has its HEAD and index. */
  readonly gitDirectory: string;
  /** Shared by all work trees: has objects, references and configuration. */
  readonly commonDirectory: string;
}

function findRepository(path: string): Place | undefined {
  if (!existsSync(path)) return undefined;
  const real = realpathSync(path);
  for (let directory = statSync(real).isDirectory() ? real : dirname(real); ; directory = dirname(directory)) {
    const gitDirectory = gitDirectoryOf(join(directory, '.git'));
    if (gitDirectory !== undefined && existsSync(join(gitDirectory, 'HEAD'))) {
      const common = readLine(join(gitDirectory, 'commondir'));
      const commonDirectory = common === undefined ? gitDirectory : resolve(gitDirectory, common);
      return { toplevel: directory, gitDirectory, commonDirectory };
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

function borrow(gitDirectory: string, commonDirectory: string, isolated: string): void {
  const config = join(commonDirectory, 'config');
  const format = readConfigEntry(config, 'extensions.objectformat') === 'sha256' ? 'sha256' : undefined;
  writeFileSync(
    join(isolated, 'config'),
    format === undefined
      ? '[core]\n\trepositoryformatversion = 0\n\tbare = true\n'
      : `[core]\n\trepositoryformatversion = 1\n\tbare = true\n[extensions]\n\tobjectFormat = ${format}\n`,
  );
  for (const name of readdirSync(gitDirectory)) {
    // HEAD, FETCH_HEAD, ORIG_HEAD …: copied, since a HEAD that is a link means something of its own to git.
    if (/^(?:[A-Z]+_)?HEAD$/.test(name)) copyFileSync(join(gitDirectory, name), join(isolated, name));
    if (name.startsWith('sharedindex.')) symlinkSync(join(gitDirectory, name), join(isolated, name));
  }
  for (const name of ['packed-refs', 'shallow']) symlinkSync(join(commonDirectory, name), join(isolated, name));
  const references = join(commonDirectory, 'refs');
  if (existsSync(references)) symlinkSync(references, join(isolated, 'refs'), 'junction');
  else mkdirSync(join(isolated, 'refs'));
}
