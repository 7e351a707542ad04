import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { DiskFileRef, FileSource } from '../scan/file-source.ts';
import type { ScanResult } from '../scan/run.ts';
import type { KnownFile, ReadFiles } from '../store/inventory/inventory-store.ts';

/** Bytes: what is smaller is read again in the time that it takes to see that it is the same. */
const WORTH_IT = 65_536;

/** A source without the files that are as they were when the last scan read them. */
export interface ChangedFiles {
  readonly source: FileSource;
  /** Files that were left out, so far. */
  readonly kept: ReadonlyMap<string, KnownFile>;
  /** What the next scan may leave out, once this one has read the rest. */
  known(result: ScanResult): Iterable<KnownFile>;
}

/**
 * Leaves out of a source what was read before, by its bytes and not by its date.
 *
 * @param revision - of all that decides what is found in a content.
 */
export function changedFiles(source: FileSource, read: ReadFiles, revision: string): ChangedFiles {
  const kept = new Map<string, KnownFile>();
  const digests = new Map<string, string>();
  return {
    kept,
    source: {
      ...source,
      async *files(report) {
        for await (const ref of source.files(report)) {
          const digest = ref.from === 'disk' ? await digestOf(ref, revision) : undefined;
          const known = digest === undefined ? undefined : read.recall(ref.unit);
          if (known !== undefined && known.digest === digest) kept.set(ref.unit, known);
          else {
            if (digest !== undefined) digests.set(ref.unit, digest);
            yield ref;
          }
        }
      },
    },
    *known({ whole }) {
      yield* kept.values();
      for (const { unit, size, formats } of whole) {
        const digest = digests.get(unit);
        if (digest !== undefined) yield { path: unit, digest, size, formats };
      }
    },
  };
}

/** Undefined for what is not worth it, and for what cannot be read: whoever reads it next says why. */
async function digestOf(
  { absolute, expectedScanner, about, path }: DiskFileRef,
  revision: string,
): Promise<string | undefined> {
  try {
    const place = typeof absolute === 'string' ? absolute : Buffer.from(absolute);
    const before = await stat(place);
    if (!before.isFile() || before.size < WORTH_IT) return undefined;
    const hash = createHash('sha256').update(JSON.stringify([revision, path, expectedScanner ?? null, about ?? null]));
    for await (const chunk of createReadStream(place, { highWaterMark: 1_048_576 })) hash.update(chunk as Buffer);
    return hash.digest('base64url');
  } catch {
    return undefined;
  }
}
