import type { FileOpener } from './file-opener.ts';
import type { FileRef } from './file-source.ts';
import type { GatheredFile, Gathering, ScanContext, Scanner } from './scanner.ts';

/**
 * The files that are read for themselves.
 *
 * @param together - takes those that a scanner reads together; what is in a past commit is never one.
 */
export async function* apart(
  refs: AsyncIterable<FileRef>,
  scanners: readonly Scanner[],
  together: FileRef[],
): AsyncGenerator<FileRef> {
  const gatherings = scanners.flatMap(({ gathers }) => gathers ?? []);
  for await (const ref of refs) {
    const isPast = ref.from === 'blob' && ref.history === true;
    if (!isPast && ref.reading !== 'apart' && gatherings.some(({ includes }) => includes(ref.path) !== undefined))
      together.push(ref);
    if (ref.reading !== 'together') yield ref;
  }
}

interface GatherOptions {
  readonly gathering: Gathering;
  readonly refs: readonly FileRef[];
  readonly opener: FileOpener;
  contextOf(ref: FileRef): ScanContext;
  /** Is told what the reading fails of, with one of the files. */
  failed(error: unknown, ref: FileRef): void;
}

/** Lets a scanner read all files that it reads together. */
export async function gather({ gathering, refs, opener, contextOf, failed }: GatherOptions): Promise<void> {
  const included = new Map(
    refs.flatMap((ref) => (gathering.includes(ref.path) === undefined ? [] : [[ref.path, ref]])),
  );
  const read = [...included.values()].filter(({ path }) => gathering.includes(path) === 'read');
  const [first] = read;
  if (first === undefined) return;
  const contexts = new Map<string, ScanContext>();
  const context = (path: string) => {
    const known = contexts.get(path) ?? contextOf(included.get(path) ?? first);
    contexts.set(path, known);
    return known;
  };
  try {
    await gathering.read(
      [...included.values()].map((ref) => gathered(ref, opener)),
      context,
    );
  } catch (error) {
    failed(error, first);
  }
}

function gathered(ref: FileRef, opener: FileOpener): GatheredFile {
  return {
    path: ref.path,
    async use(read) {
      const file = await opener.open(ref);
      if (file === undefined) return undefined;
      try {
        return await read(file);
      } finally {
        file.close();
      }
    },
  };
}
