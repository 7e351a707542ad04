import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A git repository in a temporary folder. */
export interface TestRepository {
  readonly path: string;
  write(files: Readonly<Record<string, string>>): void;
  remove(path: string): void;
  /** Commits everything; returns the hash. */
  commit(message: string): string;
  git(...args: string[]): string;
  close(): void;
}

export function testRepository(files: Readonly<Record<string, string>> = {}): TestRepository {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'lapse-test-')));
  const git = (...args: string[]) =>
    execFileSync('git', args, {
      cwd: path,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH,
        HOME: path,
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_AUTHOR_NAME: 'Mira Holt',
        GIT_AUTHOR_EMAIL: 'mira@acme.example',
        GIT_COMMITTER_NAME: 'Mira Holt',
        GIT_COMMITTER_EMAIL: 'mira@acme.example',
      },
    }).trim();
  const write = (content: Readonly<Record<string, string>>) => {
    for (const [name, text] of Object.entries(content)) {
      mkdirSync(dirname(join(path, name)), { recursive: true });
      writeFileSync(join(path, name), text);
    }
  };
  git('init', '--quiet', '--initial-branch=main');
  const repository: TestRepository = {
    path,
    write,
    git,
    remove: (name) => rmSync(join(path, name), { recursive: true }),
    commit(message) {
      git('add', '--all');
      git('commit', '--quiet', '--allow-empty', '--message', message);
      return git('rev-parse', 'HEAD');
    },
    close: () => rmSync(path, { recursive: true, force: true }),
  };
  write(files);
  repository.commit('base');
  return repository;
}
