import type { FileSource } from './file-source.ts';
import { blobSizes } from './git/blob-sizes.ts';
import { type HistoryBlob, type HistoryOptions, type HistoryPlace, history } from './git/history.ts';
import { listHead } from './git/list-tree.ts';
import type { GitRepository } from './git/open-repository.ts';
import { IgnoreRules } from './ignore-rules.ts';
import { DEFAULT_MAX_FILE_SIZE } from './open-file.ts';
import { problemOf } from './problem-of.ts';
import type { ScanNotice, ScanProblem } from './run.ts';

/** What units of history begin with: `history:path`. They are apart from the files of the working tree. */
export const HISTORY_UNIT = 'history:';

export interface HistoryFilesOptions extends HistoryOptions {
  readonly repository: GitRepository;
  /** Only these files and directories, relative to the top of the repository; all without it. */
  readonly paths?: readonly string[];
  /** Patterns in gitignore's syntax, relative to the top of the repository. */
  readonly exclude?: readonly string[];
  readonly maxFileSize?: number;
}

/** A content as one file had it. Rules look at paths too, so what several files had is as many contents. */
export interface HistoryContent {
  readonly hash: string;
  /** Bytes. */
  readonly size: number;
  readonly place: HistoryPlace;
  /** Whether the file has this content in the newest commit. */
  readonly inHead: boolean;
}

export interface HistoryListing {
  /** In the order in which commits brought them. */
  readonly contents: readonly HistoryContent[];
  /** What a part of history found there and replaced. */
  readonly replaced: readonly { readonly hash: string; readonly path: string }[];
  readonly problems: readonly ScanProblem[];
  readonly notices: readonly ScanNotice[];
}

/**
 * Lists what commits brought. History that is not here to be read is a problem, or, where the clone was made without it, a
 * notice.
 */
export async function listHistory(options: HistoryFilesOptions): Promise<HistoryListing> {
  const { repository } = options;
  const notices = repository.shallow ? [CUT_OFF] : [];
  try {
    const [now, found] = await Promise.all([listHead(repository), history(repository, options)]);
    const inHead = new Map(now.map(({ path, hash }) => [path, hash]));
    const wanted = wantedPath(options);
    const blobs = found.blobs.flatMap((blob) => {
      const places = blob.places.filter(({ path }) => wanted(path));
      return places.length === 0 ? [] : [{ ...blob, places }];
    });
    const sizes = await blobSizes(
      repository,
      blobs.map(({ hash }) => hash),
    );
    const contents = blobs.flatMap(({ hash, places }) => {
      const size = sizes.get(hash);
      return size === undefined
        ? []
        : places.map((place) => ({ hash, size, place, inHead: inHead.get(place.path) === hash }));
    });
    return {
      contents,
      replaced: found.replaced.filter(({ path }) => wanted(path)),
      problems: [
        ...found.missing.map((name) => problem(`${name}: the repository does not have what it points to`)),
        ...missingContents(blobs.filter(({ hash }) => !sizes.has(hash))),
      ],
      notices,
    };
  } catch (error) {
    const { code, message } = problemOf(error, { path: '.' });
    return { contents: [], replaced: [], problems: [problem(`the history cannot be read: ${message}`, code)], notices };
  }
}

const CUT_OFF: ScanNotice = {
  message: 'a shallow clone: history is cut off, and what its oldest commits have counts as brought by them',
  location: { path: '.' },
};

/** Every content that any commit brought, oldest first. Only scanners that ask for history should read it. */
export function filesFromHistory(options: HistoryFilesOptions): FileSource {
  const { repository, maxFileSize = DEFAULT_MAX_FILE_SIZE, since, range, paths } = options;
  const whole = since === undefined && range === undefined && paths === undefined;
  return {
    scopes: whole ? [HISTORY_UNIT] : [],
    maxFileSize,
    repository,
    async *files(report) {
      const { contents, problems } = await listHistory(options);
      for (const { unit, ...problem } of problems) report.problem(problem, unit);
      for (const { hash, place } of contents) {
        const { path, addedBy } = place;
        yield { from: 'blob', hash, path, unit: HISTORY_UNIT + path, commit: addedBy.hash, history: true };
      }
    },
  };
}

function wantedPath({ paths, exclude = [] }: HistoryFilesOptions): (path: string) => boolean {
  const rules = IgnoreRules.none.with('', exclude.join('\n'));
  return (path) =>
    (paths === undefined || paths.some((wanted) => path === wanted || path.startsWith(`${wanted}/`))) &&
    !rules.ignores(path);
}

/** One problem for all of them: a clone without contents lacks thousands. */
function missingContents(blobs: readonly HistoryBlob[]): readonly ScanProblem[] {
  const path = blobs[0]?.places[0]?.path;
  if (path === undefined) return [];
  const others = blobs.length === 1 ? '' : ` and ${blobs.length - 1} more`;
  return [problem(`history: the repository does not have the content of ${path}${others}`)];
}

/** Of no file in particular: nothing that is known of this history ends. */
function problem(message: string, code = 'ERR_SCAN_UNREADABLE'): ScanProblem {
  return { code, message, location: { path: '.' }, unit: '' };
}
