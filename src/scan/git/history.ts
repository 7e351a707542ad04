import type { GitRepository } from './open-repository.ts';
import { streamGit } from './run-git.ts';

/** A commit, as locations name it. */
export interface CommitInfo {
  readonly hash: string;
  /** ISO 8601, of the committer. */
  readonly date: string;
  /** `name <address>` as the commit says. */
  readonly author: string;
}

/** A content of history: each is listed once, however many commits and files have it. */
export interface HistoryBlob {
  readonly hash: string;
  /** Where it was first. */
  readonly path: string;
  readonly addedBy: CommitInfo;
  /** The last commit that took it out of a file. */
  readonly removedBy?: CommitInfo;
}

export interface HistoryOptions {
  /** Only commits after this date (ISO 8601, or what git understands). */
  readonly since?: string;
}

const HEADER = '\u0001';

/**
 * Every content that a commit of any branch or tag brought, oldest first.
 *
 * @throws AppError ERR_SCAN_GIT
 */
export async function history(
  repository: GitRepository,
  options: HistoryOptions = {},
): Promise<readonly HistoryBlob[]> {
  const since = options.since === undefined ? [] : [`--since=${options.since}`];
  const form = [
    '--raw',
    '-z',
    '-c',
    '--root',
    '--no-abbrev',
    '--no-renames',
    '--no-ext-diff',
    '--no-textconv',
    '--no-show-signature',
  ];
  const args = ['log', '--all', '--reverse', '--topo-order', ...form, ...since, `--format=${HEADER}%H %cI %an <%ae>`];
  const log = new HistoryLog();
  for await (const field of nulFields(streamGit(repository, args))) log.field(field);
  return log.blobs();
}

interface Entry {
  readonly path: string;
  readonly addedBy: CommitInfo;
  removedBy?: CommitInfo;
}

/**
 * Reads the fields of the log one by one. A field is a commit, or the change of a file, or the path of the change before
 * it: paths are taken by their place, since they may look like anything.
 */
class HistoryLog {
  readonly #entries = new Map<string, Entry>();
  #commit: CommitInfo | undefined;
  #change: { readonly before: readonly string[]; readonly after: string | undefined } | undefined;

  field(text: string): void {
    if (this.#change !== undefined) {
      this.#apply(this.#change, text);
      this.#change = undefined;
    } else if (text.startsWith(HEADER)) this.#commit = commitInfo(text.slice(HEADER.length));
    else if (text.trimStart().startsWith(':')) this.#change = parseChange(text.trimStart());
  }

  blobs(): readonly HistoryBlob[] {
    return [...this.#entries].map(([hash, entry]) => ({ hash, ...entry }));
  }

  #apply(
    { before, after }: { readonly before: readonly string[]; readonly after: string | undefined },
    path: string,
  ): void {
    const commit = this.#commit;
    if (commit === undefined) return;
    for (const hash of before) {
      const entry = this.#entries.get(hash);
      if (entry !== undefined && hash !== after) entry.removedBy = commit;
    }
    if (after !== undefined && !this.#entries.has(after)) this.#entries.set(after, { path, addedBy: commit });
  }
}

function commitInfo(text: string): CommitInfo {
  const [hash = '', date = '', ...author] = text.split(' ');
  return { hash, date, author: author.join(' ') };
}

/** `:mode mode hash hash status`, with one colon, mode and hash more for each further parent of a merge. */
function parseChange(text: string): { before: readonly string[]; after: string | undefined } {
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

async function* nulFields(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    let bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (let end = bytes.indexOf(0); end >= 0; end = bytes.indexOf(0)) {
      yield bytes.toString('utf8', 0, end);
      bytes = bytes.subarray(end + 1);
    }
    rest = bytes;
  }
  if (rest.length > 0) yield rest.toString('utf8');
}
