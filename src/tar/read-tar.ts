import type { ByteReader } from './byte-reader.ts';
import { DamagedArchive } from './damaged-archive.ts';
import { readTarHeader, TAR_BLOCK } from './tar-header.ts';

/** A member of a tar archive. */
export interface TarMember {
  readonly name: Uint8Array;
  /** Of the header, one character: `0` (NUL before POSIX) is a file, `5` a directory, `1` and `2` links, `3`, `4` and `6` devices and pipes. */
  readonly type: string;
  readonly size: number;
  /** To be read before the next member is asked for; what was not read by then is skipped. */
  readonly content: AsyncIterable<Uint8Array>;
}

/** What stands before a header because it does not fit into one. */
interface Extension {
  readonly name?: Uint8Array;
  readonly size?: number;
}

/** Names and attributes that are longer than any system allows are made to fill memory. */
const LONGEST_EXTENSION = 1024 ** 2;
/** Links, devices, directories and pipes have no content, whatever their size says. */
const WITHOUT_CONTENT = '123456';

/**
 * Reads a tar archive in the forms of POSIX (ustar, pax) and GNU (long names, large numbers, sparse files, of which only
 * what is stored is read). Where one archive follows another, both are read.
 *
 * https://www.gnu.org/software/tar/manual/html_node/Standard.html
 *
 * @throws DamagedArchive
 */
export async function* readTar(reader: ByteReader): AsyncGenerator<TarMember> {
  let extension: Extension = {};
  for (;;) {
    const block = await reader.read(TAR_BLOCK);
    if (block.length === 0) return;
    if (block.every((byte) => byte === 0)) continue;
    const header = block.length < TAR_BLOCK ? undefined : readTarHeader(block);
    if (header === undefined) throw new DamagedArchive('a header of a member is damaged');
    const { type, name } = header;
    if (type === 'x' || type === 'L') {
      const content = await readExtension(reader, header.size);
      extension = { ...extension, ...(type === 'x' ? readPax(content) : { name: untilNul(content) }) };
      continue;
    }
    for (let more = header.moreSparse; more; ) more = (await reader.read(TAR_BLOCK))[504] === 1;
    const size = WITHOUT_CONTENT.includes(type) ? 0 : (extension.size ?? header.size);
    let left = size;
    const content = async function* () {
      for await (const piece of reader.take(left)) {
        left -= piece.length;
        yield piece;
      }
    };
    if (type !== 'g' && type !== 'K') yield { name: extension.name ?? name, type, size, content: content() };
    if (type !== 'g' && type !== 'K') extension = {};
    if (!(await reader.skip(left + padding(size)))) throw new DamagedArchive('ends within a member');
  }
}

async function readExtension(reader: ByteReader, size: number): Promise<Uint8Array> {
  if (size > LONGEST_EXTENSION) throw new DamagedArchive('has a name that no file can have');
  const content = await reader.read(size);
  if (content.length < size || !(await reader.skip(padding(size)))) throw new DamagedArchive('ends within a header');
  return content;
}

/** Records `length key=value\n` (POSIX.1-2017, pax, "pax Interchange Format"). */
function readPax(content: Uint8Array): Extension {
  const bytes = Buffer.from(content);
  let extension: Extension = {};
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(' ', at);
    const length = Number.parseInt(bytes.toString('latin1', at, space), 10);
    if (space < 0 || !(length > space - at)) break;
    const record = bytes.subarray(space + 1, at + length - 1);
    const equals = record.indexOf('=');
    const key = record.toString('latin1', 0, Math.max(equals, 0));
    const value = record.subarray(equals + 1);
    if (key === 'path' || key === 'GNU.sparse.name') extension = { ...extension, name: value };
    const size = Number(value.toString('latin1'));
    if (key === 'size' && Number.isSafeInteger(size) && size >= 0) extension = { ...extension, size };
    at += length;
  }
  return extension;
}

function padding(size: number): number {
  return size % TAR_BLOCK === 0 ? 0 : TAR_BLOCK - (size % TAR_BLOCK);
}

function untilNul(bytes: Uint8Array): Uint8Array {
  const end = bytes.indexOf(0);
  return end < 0 ? bytes : bytes.subarray(0, end);
}
