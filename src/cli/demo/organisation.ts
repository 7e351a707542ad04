import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { assetPath } from '../../assets.ts';

const DAY = 86_400_000;

/** The commits of the example repository, oldest first; their files are in `examples/organisation/commits/`. */
const COMMITS = [
  { folder: '1-orders-service', message: 'Orders service, deployed from CI', author: 'Mira Holt', daysAgo: 412 },
  { folder: '2-payments', message: 'Charge cards', author: 'Jon Varga', daysAgo: 310 },
  {
    folder: '3-cluster',
    message: 'Move to the cluster; read the payment key from the environment',
    author: 'Mira Holt',
    daysAgo: 204,
  },
  { folder: '4-reports', message: 'Monthly report for finance', author: 'Ana Lindt', daysAgo: 61 },
] as const;

/** Where the parts of the built organisation are. */
export interface Organisation {
  readonly repository: string;
  readonly exports: string;
  /** Commits the fix, and puts the exports in the place of the old ones that AWS and the cluster would give afterwards. */
  applyFix(): void;
}

/** Builds the example organisation below `root`, with its templates filled from `values` and dates counted from `now`. */
export function buildOrganisation(root: string, values: Readonly<Record<string, string>>, now: Date): Organisation {
  const templates = assetPath('examples', 'organisation');
  const repository = join(root, 'orders');
  const exports = join(root, 'exports');
  const render = (from: string, to: string) => copyTemplates(from, to, values, now);
  mkdirSync(repository, { recursive: true });
  git(repository, ['init', '--quiet', '--initial-branch=main']);
  git(repository, ['remote', 'add', 'origin', 'https://github.com/larkspur/orders.git']);
  for (const { folder, message, author, daysAgo } of COMMITS) {
    render(join(templates, 'commits', folder), repository);
    commit(repository, message, author, new Date(now.getTime() - daysAgo * DAY));
  }
  render(join(templates, 'exports', 'before'), exports);
  return {
    repository,
    exports,
    applyFix() {
      render(join(templates, 'fix'), repository);
      commit(repository, 'Lease credentials instead of keeping them', 'Mira Holt', now);
      render(join(templates, 'exports', 'after'), exports);
    },
  };
}

function copyTemplates(from: string, to: string, values: Readonly<Record<string, string>>, now: Date): void {
  for (const name of readdirSync(from)) {
    const source = join(from, name);
    const target = join(to, name);
    if (statSync(source).isDirectory()) {
      copyTemplates(source, target, values, now);
      continue;
    }
    mkdirSync(dirname(target), { recursive: true });
    cpSync(source, target);
    writeFileSync(target, fill(readFileSync(source, 'utf8'), values, now));
  }
}

/** GitHub's own `${{ … }}` stays as it is. */
function fill(text: string, values: Readonly<Record<string, string>>, now: Date): string {
  return text.replace(/(?<!\$)\{\{(\w+)(?::(\d+))?\}\}/g, (whole, name: string, count: string | undefined) => {
    if (name === 'days_ago')
      return new Date(now.getTime() - Number(count) * DAY).toISOString().replace(/\.\d+Z$/, '+00:00');
    return values[name] ?? whole;
  });
}

function commit(repository: string, message: string, author: string, at: Date): void {
  const email = `${author.toLowerCase().replace(' ', '.')}@larkspur.example`;
  git(repository, ['add', '--all']);
  git(repository, ['commit', '--quiet', '--message', message], {
    GIT_AUTHOR_NAME: author,
    GIT_AUTHOR_EMAIL: email,
    GIT_AUTHOR_DATE: at.toISOString(),
    GIT_COMMITTER_NAME: author,
    GIT_COMMITTER_EMAIL: email,
    GIT_COMMITTER_DATE: at.toISOString(),
  });
}

/** The user's own git configuration (signing, hooks, templates) has no part in the example. */
function git(cwd: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): void {
  execFileSync('git', args, {
    cwd,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', GIT_DIR: undefined, ...env },
  });
}
