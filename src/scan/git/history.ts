import { showPath } from '../path-bytes.ts';
import { historyTips } from './history-tips.ts';
import type { GitRepository } from './open-repository.ts';
import { streamGit } from './run-git.ts';

/** A commit, as locations name it. */
export interface CommitInfo {
  readonly hash: string;
  /** ISO 8601, of the committer. */
  readonly date: string;
  /** `name <address>` as the commit says. */
  readonly author: string;
  /** Its place in the history that was read: parents come before their children. */
  readonly order: number;
}

/** A file that had a content. */
export interface HistoryPlace {
  readonly path: string;
  /** The commit that brought it there first. */
  readonly addedBy: CommitInfo;
  /** The commit that took it away from there last; absent when it came back since. */
  readonly removedBy?: CommitInfo;
}

/** A content of history: each is listed once, however many commits and files have it. */
export interface HistoryBlob {
  readonly hash: string;
  /** In the order in which commits brought it there; never empty. */
  readonly places: readonly HistoryPlace[];
}

export interface HistoryOptions {
  /** Only commits from this time on. */
  readonly since?: Date;
  /** Only commits that `to` has and `from` has not; hashes. */
  readonly range?: { readonly from: string; readonly to: string };
}

export interface History {
  /** What commits brought, oldest first. */
  readonly blobs: readonly HistoryBlob[];
  /** What a part of history found there and replaced: contents that its commits did not bring themselves. */
  readonly replaced: readonly { readonly hash: string; readonly path: string }[];
  /** References to commits that the repository does not have. */
  readonly missing: readonly string[];
}

const HEADER = '\u0001';

/** For each commit what it changed; for a merge what none of its parents has. */
const FORM = [
  '--raw',
  '-z',
  '-c',
  '--root',
  '--no-abbrev',
  '--no-renames',
  '--no-ext-diff',
  '--no-textconv',
  '--no-show-signature',
  '--ignore-submodules=all',
];

/**
 * Every content that a commit brought, of any branch, tag or other reference.
 *
 * @throws AppError ERR_SCAN_GIT
 */
export async function history(repository: GitRepository, options: HistoryOptions = {}): Promise<History> {
  const { since, range } = options;
  const { commits, missing } =
    range === undefined ? await historyTips(repository) : { commits: [range.to, `^${range.from}`], missing: [] };
  const log = new HistoryLog();
  if (commits.length > 0) {
    // Not `--since`: it stops at the first commit that claims to be older, whatever lies behind it.
    const limits = since === undefined ? [] : [`--since-as-filter=${Math.floor(since.getTime() / 1000)}`];
    const args = [
      'log',
      '--reverse',
      '--topo-order',
      ...FORM,
      ...limits,
      `--format=${HEADER}%H %cI %an <%ae>`,
      '--stdin',
    ];
    const input = commits.map((commit) => `${commit}\n`).join('');
    for await (const field of nulFields(streamGit(repository, args, input))) log.field(field);
  }
  return { ...log.result(), missing };
}

interface Place {
  readonly path: string;
  readonly addedBy: CommitInfo;
  removedBy?: CommitInfo;
}

interface Change {
  readonly before: readonly string[];
  readonly after: string | undefined;
}

/**
 * Reads the fields of the log one by one. A field is a commit, or the change of a file, or the path of the change before
 * it: paths are taken by their place, since they may look like anything.
 */
class HistoryLog {
  readonly #blobs = new Map<string, Map<string, Place>>();
  readonly #replaced = new Map<string, { readonly hash: string; readonly path: string }>();
  #commits = 0;
  #commit: CommitInfo | undefined;
  #change: Change | undefined;

  field(bytes: Buffer): void {
    if (this.#change !== undefined) {
      this.#apply(this.#change, showPath(bytes));
      this.#change = undefined;
      return;
    }
    const text = bytes.toString();
    if (text.startsWith(HEADER)) this.#commit = commitInfo(text.slice(HEADER.length), this.#commits++);
    else {
      const start = text.indexOf(':');
      if (start >= 0) this.#change = parseChange(text.slice(start));
    }
  }

  result(): Pick<History, 'blobs' | 'replaced'> {
    return {
      blobs: [...this.#blobs].map(([hash, places]) => ({ hash, places: [...places.values()] })),
      replaced: [...this.#replaced.values()],
    };
  }

  #apply({ before, after }: Change, path: string): void {
    const commit = this.#commit;
    if (commit === undefined) return;
    for (const hash of before) {
      if (hash === after) continue;
      const place = this.#blobs.get(hash)?.get(path);
      if (place !== undefined) place.removedBy = commit;
      else this.#replaced.set(`${hash}${path}`, { hash, path });
    }
    if (after === undefined) return;
    let places = this.#blobs.get(after);
    if (places === undefined) {
      places = new Map();
      this.#blobs.set(after, places);
    }
    const place = places.get(path);
    if (place === undefined) places.set(path, { path, addedBy: commit });
    else delete place.removedBy;
  }
}

function commitInfo(text: string, order: number): CommitInfo {
  const [hash = '', date = '', ...author] = text.split(' ');
  return { hash, date, author: author.join(' '), order };
}

/** `:mode mode hash hash status`, with one colon, mode and hash more for each further parent of a merge. */
function parseChange(text: string): Change {
  const parents = /^:+/.exec(text)?.[0].length ?? 1;
  const fields = text.slice(parents).split(' ');
  const modes = fields.slice(0, parents + 1);
  const hashes = fields.slice(parents + 1, 2 * parents + 2);
  const isFile = (index: number) => modes[index]?.startsWith('100') === true;
  return {
    before: hashes.slice(0, parents).filter((_, index) => isFile(index)),
    after: isFile(parents) ? hashes[parents] : undefined,
  };
}

async function* nulFields(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let start = 0;
    for (let end = bytes.indexOf(0); end >= 0; end = bytes.indexOf(0, start)) {
      yield bytes.subarray(start, end);
      start = end + 1;
    }
    rest = bytes.subarray(start);
  }
  if (rest.length > 0) yield rest;
}
