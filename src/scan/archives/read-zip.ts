import { type Entry, fromRandomAccessReaderPromise, RandomAccessReader, type ZipFile } from 'yauzl';
import { DamagedArchive } from '../../tar/damaged-archive.ts';

/** Content that can be read at any place. */
export interface RandomAccess {
  readonly size: number;
  /** Fewer bytes only at the end. */
  read(position: number, length: number): Uint8Array;
}

/** A file of a zip archive, as the central directory tells it. */
export interface ZipMember {
  readonly name: Uint8Array;
  readonly encrypted: boolean;
  /** Methods beside these are not read. */
  readonly method: 'stored' | 'deflated' | 'other';
  /** As it is claimed. */
  readonly size: number;
  /** Where its data is in the file: found when it is asked for. */
  locate(): Promise<{ readonly start: number; readonly length: number }>;
}

/**
 * Lists the files of a zip archive (APPNOTE.TXT of PKWARE: zip64, data descriptors and entries in any order) by its
 * central directory, as whatever unpacks it would.
 *
 * @throws DamagedArchive, also after some members.
 */
export async function* readZip(access: RandomAccess): AsyncGenerator<ZipMember> {
  const zip = await orDamaged(() =>
    fromRandomAccessReaderPromise(new Reader(access), access.size, {
      autoClose: false,
      // Names are only names here: none is refused.
      decodeStrings: false,
      validateEntrySizes: false,
    }),
  );
  const entries = zip.eachEntry();
  try {
    for (;;) {
      const next = await orDamaged(() => entries.next());
      if (next.done === true) return;
      const member = memberOf(zip, next.value);
      if (member !== undefined) yield member;
    }
  } finally {
    zip.close();
  }
}

/** Undefined for a directory. */
function memberOf(zip: ZipFile, entry: Entry): ZipMember | undefined {
  const { fileNameRaw: name, uncompressedSize: size, compressionMethod: method, compressedSize } = entry;
  if (compressedSize === 0 && name.at(-1) === 0x2f) return undefined;
  return {
    name,
    size,
    encrypted: entry.isEncrypted(),
    method: method === 0 ? 'stored' : method === 8 ? 'deflated' : 'other',
    async locate() {
      const { fileDataStart } = await orDamaged(() => zip.readLocalFileHeaderPromise(entry, { minimal: true }));
      return { start: fileDataStart, length: compressedSize };
    },
  };
}

/** The library's messages may quote what is in the file: they are kept as the cause only. */
async function orDamaged<Result>(action: () => Promise<Result>): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    throw new DamagedArchive('its directory is damaged', { cause: error });
  }
}

class Reader extends RandomAccessReader {
  readonly #access: RandomAccess;

  constructor(access: RandomAccess) {
    super();
    this.#access = access;
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null, count: number) => void,
  ): void {
    let bytes: Uint8Array;
    try {
      bytes = this.#access.read(position, length);
    } catch (error) {
      callback(error instanceof Error ? error : new Error('cannot be read'), 0);
      return;
    }
    buffer.set(bytes, offset);
    callback(null, bytes.length);
  }
}
